// npm run screenshots [-- PATTERN…]: takes the pictures of docs/screenshots, of the real window in front of fakes of the
// providers. With patterns, only those whose name contains one of them.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { electronEnvironment, ensureElectron } from './setup/electron.mjs';
import { ensureKeychain } from './setup/keychain.mjs';
import { BUNDLES, ensureSystemPackages } from './setup/system-packages.mjs';
import { withDesktop } from './with-desktop.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const patterns = process.argv.slice(2);
ensureKeychain(root);
ensureSystemPackages(BUNDLES.display, 'a display and a keychain for the pictures');
const electron = await ensureElectron(root);
await ensureBuilt(root);
const only = patterns.length === 0 ? [] : ['-t', patterns.join('|')];
const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'screenshots', ...only];
process.exitCode = await withDesktop(process.execPath, vitest, { ...process.env, ...electronEnvironment(electron) });
