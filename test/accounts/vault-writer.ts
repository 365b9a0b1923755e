// A process that writes one long value after another until it is killed, and says which ones are safely stored.
// Arguments: a file of the project (to find keytar from), the entry's name, the first number. Begins at a line on stdin.
import { once } from 'node:events';
import { KeychainVault } from '../../main/accounts/keychain-vault.ts';
import { systemClock } from '../../main/clock.ts';
import { longValue } from './long-value.ts';
import { realKeychain } from './real-keychain.ts';

const [projectFile = '', name = ''] = process.argv.slice(2);
const vault = new KeychainVault({ keychain: realKeychain(projectFile), clock: systemClock });
await vault.get(name);
process.stdout.write('ready\n');
const [line] = await once(process.stdin, 'data');
for (let number = Number(line); ; number++) {
  await vault.set(name, longValue(number));
  process.stdout.write(`${number}\n`);
}
