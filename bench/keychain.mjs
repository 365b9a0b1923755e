// Runs on a desktop of its own (see start-with-keychain.mjs): fills its keychain, then starts Fusebox some times.
// Arguments: an empty folder, how many starts, how many accounts. Writes the milliseconds of each start to times.json there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Children } from './children.mjs';
import { installFusebox } from './fusebox.mjs';

const [folder = '', starts = '', accounts = ''] = process.argv.slice(2);
const children = new Children();
const launch = await installFusebox({ folder, upstream: 'http://127.0.0.1:9', vault: 'keychain' });
const env = { ...process.env, ...launch.env };
const credentials = join(folder, 'credentials');
mkdirSync(credentials);
for (let number = 0; number < Number(accounts); number += 1) {
  writeFileSync(join(credentials, `${number}.json`), JSON.stringify(chatgptFile(number)));
}
execFileSync(process.execPath, [launch.command, 'import', credentials, ...launch.place], { env });
const times = [];
for (let start = 0; start < Number(starts); start += 1) {
  const { child, ms } = await children.start(launch.args, { ...launch, env });
  times.push(ms);
  await children.stop(child);
}
writeFileSync(join(folder, 'times.json'), JSON.stringify(times));

/**
 * A credential file with tokens as long as those of ChatGPT, 6 KB together, good for years.
 * @param {number} number
 */
function chatgptFile(number) {
  const longToken = (/** @type {string} */ name, /** @type {number} */ blocks) =>
    Array.from({ length: blocks }, (_, block) =>
      createHash('sha256').update(`${name}/${number}/${block}`).digest('hex'),
    ).join('');
  return {
    type: 'codex',
    email: `user-${number}@example.com`,
    account_id: `account-${number}`,
    access_token: longToken('access', 30),
    id_token: longToken('id', 60),
    refresh_token: longToken('refresh', 2),
    expired: '2099-01-01T00:00:00Z',
  };
}
