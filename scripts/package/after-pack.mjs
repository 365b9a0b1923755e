import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFuses } from './fuses.mjs';

/** What must lie outside of the archive, or the program would start without its keychain or its journal. */
const NATIVE = [/^keytar\/build\/Release\/keytar\.node$/, /^@libsql\/[\w-]+\/index\.node$/];

/** electron-builder's number for 64-bit ARM. */
const ARM64 = 3;

/**
 * Runs when the application lies in its folder and nothing is signed yet.
 * @param {Pick<import('electron-builder').AfterPackContext, 'appOutDir' | 'arch' | 'electronPlatformName' | 'packager'>} context
 * @throws when something that has to be in the package is not
 */
export async function afterPack({ appOutDir, arch, electronPlatformName, packager }) {
  const { executable, resources } = placesIn(appOutDir, electronPlatformName, packager);
  requireNative(join(resources, 'app.asar.unpacked', 'node_modules'));
  await setFuses(executable, { adHoc: electronPlatformName === 'darwin' && arch === ARM64 });
}

/**
 * @param {string} folder
 * @param {string} platform
 * @param {import('electron-builder').AfterPackContext['packager']} packager
 */
function placesIn(folder, platform, packager) {
  const { productFilename } = packager.appInfo;
  if (platform === 'darwin') {
    const bundle = join(folder, `${productFilename}.app`);
    return { executable: bundle, resources: join(bundle, 'Contents', 'Resources') };
  }
  const name = platform === 'win32' ? `${productFilename}.exe` : packager.config.linux?.executableName;
  return { executable: join(folder, String(name)), resources: join(folder, 'resources') };
}

/** @param {string} folder */
function requireNative(folder) {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const paths = files.map((file) => file.replaceAll('\\', '/'));
  for (const wanted of NATIVE) {
    if (!paths.some((path) => wanted.test(path))) throw new Error(`the package misses ${wanted.source}`);
  }
}
