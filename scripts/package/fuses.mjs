import { FuseV1Options as Fuse, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/** A fuse that is on, as the executable has it: the character 1. The package exports no name for it. */
const ON = 0x31;

/**
 * What an installed Fusebox cannot be talked into, burnt into its executable.
 * https://www.electronjs.org/docs/latest/tutorial/fuses
 * @type {ReadonlyArray<{ name: keyof typeof Fuse, on: boolean }>}
 */
export const FUSES = [
  // Neither a plain Node with our keychain rights, nor code from the environment, nor a debugger of the main process.
  { name: 'RunAsNode', on: false },
  { name: 'EnableNodeOptionsEnvironmentVariable', on: false },
  { name: 'EnableNodeCliInspectArguments', on: false },
  // The code is the archive that was signed (macOS, Windows), and nothing beside it (everywhere).
  { name: 'EnableEmbeddedAsarIntegrityValidation', on: true },
  { name: 'OnlyLoadAppFromAsar', on: true },
  { name: 'EnableCookieEncryption', on: true },
  { name: 'LoadBrowserProcessSpecificV8Snapshot', on: false },
  // Pages have a scheme of their own.
  { name: 'GrantFileProtocolExtraPrivileges', on: false },
];

/**
 * Sets the fuses of an executable. Before it is signed: the signature covers them.
 * @param {string} executable on macOS the folder Fusebox.app
 * @param {{ adHoc: boolean }} options adHoc: renew the signature that an unsigned build for Apple silicon needs
 */
export async function setFuses(executable, { adHoc }) {
  const wanted = Object.fromEntries(FUSES.map(({ name, on }) => [Fuse[name], on]));
  await flipFuses(executable, { version: FuseVersion.V1, resetAdHocDarwinSignature: adHoc, ...wanted });
}

/**
 * @param {string} executable
 * @returns {Promise<Record<string, boolean>>} each fuse by its name, as it stands in the executable
 */
export async function readFuses(executable) {
  const wire = await getCurrentFuseWire(executable);
  return Object.fromEntries(FUSES.map(({ name }) => [name, Number(wire[Fuse[name]]) === ON]));
}
