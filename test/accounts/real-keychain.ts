import { createRequire } from 'node:module';
import type { Keychain } from '../../main/accounts/keychain-vault.ts';

/** The system's keychain under a service name of the tests: what the owner's Fusebox keeps is out of reach. */
export function realKeychain(projectFile: string): Keychain {
  const keytar = createRequire(projectFile)('keytar') as Keychain;
  const service = 'fusebox-test';
  return {
    getPassword: (_, account) => keytar.getPassword(service, account),
    setPassword: (_, account, password) => keytar.setPassword(service, account, password),
    deletePassword: (_, account) => keytar.deletePassword(service, account),
    findCredentials: () => keytar.findCredentials(service),
  };
}
