import { createRequire } from 'node:module';
import type { Keychain } from './keychain-vault.ts';

/** Loads keytar when it is first needed. It is optional and native: rejects where it is not installed or cannot be loaded. */
export async function loadKeytar(): Promise<Keychain> {
  const load = createRequire(import.meta.url);
  return load('keytar') as Keychain;
}
