// A process that forces one refresh after another of one account until it is told to stop. Argument: a Place as JSON.
// Says `refreshed` for each refresh of its own, `lost` when the provider refuses its refresh token.
import { once } from 'node:events';
import { FakeClock } from '../../fakes/clock.ts';
import { accountId, openTestStore, openTestVault, type Place, testRefresher } from './parts.ts';

const place = JSON.parse(process.argv[2] ?? '') as Place;
const say = (message: string) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));
const clock = new FakeClock();
const store = await openTestStore(await openTestVault(place), place);
let own = 0;
const counting: typeof fetch = (...call) => {
  own++;
  return fetch(...call);
};
const refresher = testRefresher(store, place, clock, { fetch: counting, onNeedsSignIn: () => void say('lost') });
let stopped = false;
const begin = once(process, 'message');
await say('ready');
await begin;
process.on('message', () => {
  stopped = true;
});
while (!stopped) {
  const before = own;
  await refresher.refreshNow(accountId, store.secretOf(accountId).accessToken);
  // Past the time in which a refused token is not refreshed again.
  clock.advance(31_000);
  if (own > before) await say('refreshed');
}
await refresher.stop();
process.disconnect();
