import { expect, test } from 'vitest';
import { MemoryVault, VaultError } from '../../main/accounts/vault.ts';
import { openSealedSettings } from '../../main/desktop/sealed-settings.ts';

test('secret settings come back from the vault', async () => {
  const vault = new MemoryVault();
  const told: string[] = [];
  const sealed = await openSealedSettings(vault, (message) => told.push(message));
  expect(sealed.read()).toEqual({});
  await sealed.write({ 'api-keys': ['abcdefgh'] });
  const again = await openSealedSettings(vault, (message) => told.push(message));
  expect(again.read()).toEqual({ 'api-keys': ['abcdefgh'] });
  expect(told).toEqual([]);
});

test.each(['{', '[]', '7'])('an entry that holds %s is reported and not written over', async (damaged) => {
  const vault = new MemoryVault();
  await vault.set('settings', damaged);
  const told: string[] = [];
  const sealed = await openSealedSettings(vault, (message) => told.push(message));
  expect(sealed.read()).toEqual({});
  await expect(sealed.write({ 'api-keys': ['abcdefgh'] })).rejects.toThrow(VaultError);
  expect(await vault.get('settings')).toBe(damaged);
  expect(told).toHaveLength(1);
});
