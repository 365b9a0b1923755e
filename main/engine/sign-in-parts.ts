import { randomBytes } from 'node:crypto';
import type { ProviderView } from '../../preload/contract.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { CallbackHub } from '../accounts/sign-in/callback-hub.ts';
import { SignInManager } from '../accounts/sign-in/manager.ts';
import type { Clock } from '../clock.ts';
import { portHolder } from '../net/port-holder.ts';
import type { Provider } from '../providers/contract.ts';
import { clientSecretOf, type Settings } from '../settings/schema.ts';
import type { SecretWatch } from './secret-watch.ts';
import type { Upstreams } from './upstreams.ts';

export interface SignInParts {
  clock: Clock;
  platform: NodeJS.Platform;
  settings(): Settings;
  providers: readonly Provider[];
  upstreams: Pick<Upstreams, 'endpointsOf' | 'fetchThrough'>;
  store: AccountStore;
  secrets: Pick<SecretWatch, 'value'>;
  openBrowser?: ((url: string) => Promise<boolean>) | undefined;
  onChange(): void;
  log: ConstructorParameters<typeof SignInManager>[0]['log'];
}

/** Signing in, tied to providers, settings and the account store; the same in the engine and in the command line. */
export function createSignIns(parts: SignInParts): SignInManager {
  const { clock, platform, settings, providers, upstreams, store, secrets, openBrowser, onChange, log } = parts;
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  return new SignInManager({
    clock,
    random,
    providers,
    endpointsFor(id) {
      const provider = byId.get(id);
      if (!provider) throw new Error(`There is no provider ${id}`);
      return upstreams.endpointsOf(provider);
    },
    fetchFor: upstreams.fetchThrough,
    clientSecret: (id) => clientSecretOf(settings(), id),
    store,
    hub: new CallbackHub({ clock, platform, random, holderOf: (port) => portHolder(port, platform) }),
    openBrowser,
    learnSecret: secrets.value,
    onChange,
    log,
  });
}

/** Which accounts can be added, and how. */
export function providerViews(providers: readonly Provider[]): ProviderView[] {
  return providers.map(({ id, label, signIns, upstream }) => ({
    id,
    label,
    serves: upstream !== undefined,
    methods: signIns.map((flow) => ({
      method: flow.method,
      ...('fields' in flow ? { fields: flow.fields } : {}),
      ...('notice' in flow && flow.notice ? { notice: flow.notice } : {}),
    })),
  }));
}
