import type { Account } from '../accounts/account.ts';
import { createTransport, type Transport, type TransportLimits } from '../gateway/upstream/transport.ts';
import { loadFetch } from '../net/undici.ts';
import type { Provider, ProviderEndpoints } from '../providers/contract.ts';
import { derived } from '../settings/derived.ts';
import type { Settings } from '../settings/schema.ts';

/** Where and through what each account's requests leave this machine. */
export interface Upstreams {
  transport(): Transport;
  endpoints(account: Account): ProviderEndpoints;
  proxyUrl(account: Account): string | undefined;
  /** For the few calls that are not inference, such as refreshing a token. */
  fetchFor(account: Account): typeof globalThis.fetch;
  /** For calls before there is an account; undefined means the proxy of the settings. */
  fetchThrough(proxyUrl: string | undefined): typeof globalThis.fetch;
  /** Where a provider's accounts are signed in. */
  endpointsOf(provider: Provider): ProviderEndpoints;
  /** Takes over changed limits; calls under way end with the old ones. */
  settingsChanged(): void;
  close(): Promise<void>;
}

export function createUpstreams(deps: {
  settings(): Settings;
  providerOf(account: Account): Provider;
  env: NodeJS.ProcessEnv;
  /** How the product names itself in those few calls, as `Fusebox/1.2.3`. */
  userAgent: string;
}): Upstreams {
  let limits = limitsOf(deps.settings());
  let transport = createTransport(limits, deps.env);
  const retired: Transport[] = [];
  /** Settings and accounts are replaced when they change, never changed. */
  const endpointsOfAccount = derived(deps.settings, () => new WeakMap<Account, ProviderEndpoints>());
  const endpoints = (account: Account) => {
    const known = endpointsOfAccount().get(account);
    if (known) return known;
    const found = endpointsOf(deps.providerOf(account), deps.settings(), account.baseUrl);
    endpointsOfAccount().set(account, found);
    return found;
  };
  const proxyUrl = (account: Account) => account.proxyUrl ?? deps.settings()['proxy-url'];
  const fetchThrough = (chosen: string | undefined): typeof globalThis.fetch => {
    const dispatcher = transport.dispatcher(chosen ?? deps.settings()['proxy-url']);
    const send = async (input: string, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      if (!headers.has('user-agent')) headers.set('user-agent', deps.userAgent);
      const fetch = await loadFetch();
      return fetch(input, { ...(init as object), headers: Object.fromEntries(headers), dispatcher });
    };
    return send as unknown as typeof globalThis.fetch;
  };
  return {
    transport: () => transport,
    proxyUrl,
    endpoints,
    endpointsOf: (provider) => endpointsOf(provider, deps.settings()),
    fetchFor: (account) => fetchThrough(account.proxyUrl),
    fetchThrough,
    settingsChanged() {
      const next = limitsOf(deps.settings());
      if (next.connectMs === limits.connectMs && next.idleMs === limits.idleMs) return;
      retired.push(transport);
      limits = next;
      transport = createTransport(limits, deps.env);
    },
    async close() {
      await Promise.all([transport, ...retired].map((one) => one.close()));
    },
  };
}

function limitsOf({ timeouts }: Settings): TransportLimits {
  return { connectMs: timeouts.connect * 1000, idleMs: timeouts.idle * 1000 };
}

function endpointsOf(provider: Provider, settings: Settings, baseUrl?: string): ProviderEndpoints {
  const { api, authorize, token } = Object.entries(settings.endpoints).find(([id]) => id === provider.id)?.[1] ?? {};
  const defaults = provider.defaultEndpoints;
  return {
    api: baseUrl ?? api ?? defaults.api,
    authorize: authorize ?? defaults.authorize,
    token: token ?? defaults.token,
  };
}
