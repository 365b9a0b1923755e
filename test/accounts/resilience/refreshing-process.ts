// A process that forces one refresh after another of one account until it is told to stop. Argument: a Place as JSON.
// Says `refreshed` for each refresh of its own. Ends at once when a round brings no other token. Each step is told on the
// standard error as it begins, so that a process that hangs has told where: a round waits for the lock of the refresh
// before it reads the vault, and for the lock of the accounts after an answer.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Vault } from '../../../main/accounts/vault.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { accountId, openTestStore, openTestVault, type Place, testRefresher } from './parts.ts';

const place = JSON.parse(process.argv[2] ?? '') as Place;
const say = (message: string) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));
const tell = (step: string) => process.stderr.write(`${Math.round(performance.now())} ms: ${step}\n`);

async function told<T>(what: string, work: Promise<T>): Promise<T> {
  tell(what);
  const result = await work;
  tell(`${what}: done`);
  return result;
}

function telling(vault: Vault): Vault {
  return {
    kind: vault.kind,
    entries: () => told('lists the vault', vault.entries()),
    get: (name) => told('reads the vault', vault.get(name)),
    set: (name, value) => told('writes the vault', vault.set(name, value)),
    delete: (name) => told('deletes from the vault', vault.delete(name)),
  };
}

const clock = new FakeClock();
const store = await openTestStore(telling(await openTestVault(place)), place);
let own = 0;
const counting: typeof fetch = (...call) => {
  own++;
  return told('sends a refresh', fetch(...call));
};
const refresher = testRefresher(store, place, clock, {
  fetch: counting,
  onNeedsSignIn: () => tell(`needs a new sign-in: ${store.get(accountId)?.needsSignIn}`),
});
let stopped = false;
const begin = once(process, 'message');
await say('ready');
await begin;
process.on('message', () => {
  stopped = true;
});
// Without the test there is nobody to tell it to stop.
process.on('disconnect', () => {
  stopped = true;
});
while (!stopped) {
  const before = own;
  tell('asks for another token');
  const renewed = await refresher.refreshNow(accountId, store.secretOf(accountId).accessToken);
  if (!renewed) throw new Error('A round brought no other token.');
  // Past the time in which a refused token is not refreshed again.
  clock.advance(31_000);
  if (own > before) await say('refreshed');
  // A round that needs no input or output must not keep the message to stop from being read.
  await setImmediate();
}
await refresher.stop();
if (process.connected) process.disconnect();
