import { type Vault, VaultError } from '../accounts/vault.ts';
import type { SealedValues } from '../settings/desktop-store.ts';

/** The vault's entry; accounts have prefixed names. */
const entry = 'settings';

const unreadable = 'The secret settings in the vault cannot be read. They were left as they are.';

/**
 * The secret settings, kept in the vault as one entry. One that cannot be read is left alone: the settings are then used
 * without it, and nothing is written over it. `report` is told why, in plain words.
 */
export async function openSealedSettings(vault: Vault, report: (message: string) => void): Promise<SealedValues> {
  const read = await readEntry(vault);
  if (read === undefined) report(unreadable);
  return {
    read: () => read ?? {},
    async write(values) {
      if (read === undefined) throw new VaultError(unreadable);
      await vault.set(entry, JSON.stringify(values));
    },
  };
}

async function readEntry(vault: Vault): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse((await vault.get(entry)) ?? '{}');
    const isBlock = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isBlock ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
