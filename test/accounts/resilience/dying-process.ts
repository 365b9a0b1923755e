// A process that refreshes an account, or signs in to it, uses the new token at once, and is killed on the way.
// Arguments: a Place as JSON, what to do, after how many operations to die. Exits with 0 when it came to its end alive.
import { randomBytes } from 'node:crypto';
import { CallbackHub } from '../../../main/accounts/sign-in/callback-hub.ts';
import { SignInManager } from '../../../main/accounts/sign-in/manager.ts';
import { systemClock } from '../../../main/clock.ts';
import { deathAt } from './death.ts';
import { accountId, endpointsOf, openTestStore, openTestVault, type Place, provider, testRefresher } from './parts.ts';

const [placeText = '', what = '', dieAt = ''] = process.argv.slice(2);
const place = JSON.parse(placeText) as Place;
const death = deathAt(Number(dieAt));
const store = await openTestStore(await openTestVault(place), place);

/** As a request does that waited for the account. */
const use = async (id: string) => {
  const { accessToken } = store.secretOf(id);
  await (await fetch(`${place.origin}/use`, { headers: { authorization: `Bearer ${accessToken}` } })).text();
};

async function refresh(): Promise<void> {
  const refresher = testRefresher(store, place, systemClock, { fetch, onNeedsSignIn: () => process.exit(3) });
  const { accessToken } = store.secretOf(accountId);
  death.begin();
  if (!(await refresher.refreshNow(accountId, accessToken))) process.exit(4);
  await use(accountId);
}

async function signIn(): Promise<void> {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const hub = new CallbackHub({
    clock: systemClock,
    platform: process.platform,
    random,
    holderOf: async () => undefined,
  });
  let changed = () => {};
  const manager = new SignInManager({
    clock: systemClock,
    random,
    providers: [{ ...provider, signIns: provider.signIns.map((flow) => ({ ...flow, ports: [0] })) }],
    endpointsFor: () => endpointsOf(place),
    fetchFor: () => fetch,
    clientSecret: () => undefined,
    store,
    hub,
    learnSecret: () => undefined,
    onChange: () => changed(),
    log: { info: () => undefined, warn: console.error, error: console.error },
  });
  death.begin();
  const { id } = manager.start('claude', 'browser');
  let visited = false;
  await new Promise<void>((resolve) => {
    changed = () => {
      const view = manager.get(id);
      if (view?.browser && !visited) {
        visited = true;
        void fetch(view.browser.url).then((page) => page.text());
      }
      if (view?.phase === 'done' || view?.phase === 'failed') resolve();
    };
  });
  const { outcome } = manager.get(id) ?? {};
  if (!outcome) process.exit(5);
  await use(outcome.accountId);
}

await (what === 'refresh' ? refresh() : signIn());
process.exit(0);
