import { join } from 'node:path';
import { AccountStore } from '../../../main/accounts/account-store.ts';
import { createFileLock } from '../../../main/accounts/file-lock.ts';
import { openVault } from '../../../main/accounts/open-vault.ts';
import { createRefresher, type Refresher } from '../../../main/accounts/refresher.ts';
import type { Vault } from '../../../main/accounts/vault.ts';
import type { Clock } from '../../../main/clock.ts';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import { realKeychain } from '../real-keychain.ts';

export type VaultChoice = 'file' | 'keychain';

/** What the programs of these tests are told by the test that starts them. */
export interface Place {
  vault: VaultChoice;
  dataDir: string;
  /** A file of the project, from which native packages are found. */
  projectFile: string;
  /** The fake of Anthropic. */
  origin: string;
}

export const accountId = 'claude:ada@example.com';

export function openTestVault({ vault, dataDir, projectFile }: Omit<Place, 'origin'>): Promise<Vault> {
  const loadKeytar = async () => realKeychain(projectFile);
  return openVault({ choice: vault, dataDir, env: {}, loadKeytar, probeLimitMs: 30_000 });
}

export function openTestStore(vault: Vault, { dataDir }: Pick<Place, 'dataDir'>): Promise<AccountStore> {
  const lock = createFileLock({ folder: join(dataDir, 'locks') });
  return AccountStore.open({ vault, lock, report: (message) => console.error(message) });
}

export const provider = createClaudeProvider({ userAgent: 'Fusebox/test' });

export const endpointsOf = ({ origin }: Pick<Place, 'origin'>) => ({
  api: origin,
  authorize: `${origin}/oauth/authorize`,
  token: `${origin}/v1/oauth/token`,
});

/** The refresher as the engine builds it, but for the clock. Locks wait in real time. */
export function testRefresher(
  store: AccountStore,
  place: Place,
  clock: Clock,
  watch: { fetch: typeof fetch; onNeedsSignIn(): void },
): Refresher {
  return createRefresher({
    store,
    providerOf: () => provider,
    endpointsFor: () => endpointsOf(place),
    fetchFor: () => watch.fetch,
    clientSecretFor: () => undefined,
    clock,
    random: Math.random,
    log: {
      info: (fields, message) => console.error(message, fields),
      warn: (fields, message) => {
        if (message === 'An account needs a new sign-in') watch.onNeedsSignIn();
        else console.error(message, fields);
      },
    },
    lock: createFileLock({ folder: join(place.dataDir, 'locks') }),
  });
}
