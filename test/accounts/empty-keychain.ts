import { afterEach, beforeEach } from 'vitest';
import { type Keychain, listKeychain } from '../../main/accounts/keychain-vault.ts';
import { realKeychain } from './real-keychain.ts';

/**
 * The tests' part of the system's keychain, empty before and after each test of a file. The files run in an order that
 * depends on how long they took before, so none may find what another left.
 */
export function emptyKeychain(projectFile: string): Keychain {
  const keychain = realKeychain(projectFile);
  const clear = async () => {
    for (const { account } of await listKeychain(keychain)) await keychain.deletePassword('', account);
  };
  beforeEach(clear);
  afterEach(clear);
  return keychain;
}
