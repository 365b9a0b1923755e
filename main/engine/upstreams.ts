import { fetch as undiciFetch } from 'undici';
import type { Account } from '../accounts/account.ts';
import { createTransport, type Transport, type TransportLimits } from '../gateway/upstream/transport.ts';
import type { Provider, ProviderEndpoints } from '../providers/contract.ts';
import type { Settings } from '../settings/schema.ts';

/** Where and through what each account's requests leave this machine. */
export interface Upstreams {
  transport(): Transport;
  endpoints(account: Account): ProviderEndpoints;
  proxyUrl(account: Account): string | undefined;
  /** For the few calls that are not inference, such as refreshing a token. */
  fetchFor(account: Account): typeof globalThis.fetch;
  /** Takes over changed limits; calls under way end with the old ones. */
  settingsChanged(): void;
  close(): Promise<void>;
}

export function createUpstreams(deps: {
  settings(): Settings;
  providerOf(account: Account): Provider;
  env: NodeJS.ProcessEnv;
}): Upstreams {
  let limits = limitsOf(deps.settings());
  let transport = createTransport(limits, deps.env);
  const retired: Transport[] = [];
  const proxyUrl = (account: Account) => account.proxyUrl ?? deps.settings()['proxy-url'];
  return {
    transport: () => transport,
    proxyUrl,
    endpoints: (account) => endpointsOf(account, deps.providerOf(account), deps.settings()),
    fetchFor(account) {
      const dispatcher = transport.dispatcher(proxyUrl(account));
      const send = (input: string, init?: object) => undiciFetch(input, { ...init, dispatcher });
      return send as unknown as typeof globalThis.fetch;
    },
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

function endpointsOf(account: Account, provider: Provider, settings: Settings): ProviderEndpoints {
  const { api, authorize, token } = Object.entries(settings.endpoints).find(([id]) => id === provider.id)?.[1] ?? {};
  const defaults = provider.defaultEndpoints;
  return {
    api: account.baseUrl ?? api ?? defaults.api,
    authorize: authorize ?? defaults.authorize,
    token: token ?? defaults.token,
  };
}
