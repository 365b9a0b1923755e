import { join } from 'node:path';
import type { Account } from '../accounts/account.ts';
import { AccountStore } from '../accounts/account-store.ts';
import { createFileLock } from '../accounts/file-lock.ts';
import { createRefresher, type Refresher } from '../accounts/refresher.ts';
import type { Provider } from '../providers/contract.ts';
import { createProviders } from '../providers/index.ts';
import { clientSecretOf } from '../settings/schema.ts';
import type { EngineOptions } from './engine-options.ts';
import { installIdIn } from './install-id.ts';
import { createUpstreams, type Upstreams } from './upstreams.ts';

export interface AccountParts {
  store: AccountStore;
  providers: readonly Provider[];
  providerOf(account: Account): Provider;
  upstreams: Upstreams;
  refresher: Refresher;
}

type AccountOptions = Pick<EngineOptions, 'clock' | 'settings' | 'log' | 'dataDir' | 'vault' | 'version' | 'env'>;

/** Accounts, their providers and the ways to their upstreams. The refresher is not started. */
export async function openAccounts(options: AccountOptions): Promise<AccountParts> {
  const { clock, settings } = options;
  const log = options.log.logger;
  const lock = createFileLock({ folder: join(options.dataDir, 'locks'), clock });
  const store = await AccountStore.open({ vault: options.vault, lock, report: (message) => log.warn(message) });
  const userAgent = `Fusebox/${options.version}`;
  const providers = createProviders({
    userAgent,
    installId: await installIdIn(options.dataDir),
    now: () => clock.now(),
  });
  const byId = new Map(providers.map((one) => [one.id, one]));
  const providerOf = ({ provider }: Account) => byId.get(provider) ?? unknownProvider(provider);
  const upstreams = createUpstreams({ settings: () => settings.current(), providerOf, env: options.env, userAgent });
  const refresher = createRefresher({
    store,
    providerOf,
    endpointsFor: upstreams.endpoints,
    fetchFor: upstreams.fetchFor,
    clientSecretFor: ({ provider }) => clientSecretOf(settings.current(), provider),
    clock,
    random: Math.random,
    log,
    lock,
  });
  return { store, providers, providerOf, upstreams, refresher };
}

/** For an account that a newer version has stored: it is kept and shown, and serves nothing. */
function unknownProvider(id: string): Provider {
  return { id, label: id, signIns: [], defaultEndpoints: { api: '', authorize: '', token: '' }, refreshLeadMs: 0 };
}
