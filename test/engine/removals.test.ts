import { expect, test } from 'vitest';
import { AccountStore } from '../../main/accounts/account-store.ts';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { createRemovals } from '../../main/engine/removals.ts';
import { claudeAccount } from '../accounts/accounts.ts';
import { FakeClock } from '../fakes/clock.ts';

const id = 'claude:ada@example.com';

async function setUp() {
  const clock = new FakeClock();
  const vault = new MemoryVault();
  const store = await AccountStore.open({ vault, report() {} });
  await store.upsert(claudeAccount({ plan: 'max' }));
  await store.update(id, { priority: 3, label: 'Work', paused: true, prefix: 'work' });
  return { clock, vault, store, removals: createRemovals(store, clock) };
}

test('a removal is real at once, and taken back it is all there again', async () => {
  const { vault, store, removals } = await setUp();
  const [before, secret] = [store.get(id), store.secretOf(id)];
  await removals.remove(id);
  expect(store.list()).toEqual([]);
  expect((await vault.entries()).size).toBe(0);
  expect(await removals.restore(id)).toBe(true);
  expect(store.get(id)).toEqual(before);
  expect(store.secretOf(id)).toEqual(secret);
});

test('after half a minute nothing is left to take back', async () => {
  const { clock, store, removals } = await setUp();
  await removals.remove(id);
  clock.advance(30_000);
  expect(await removals.restore(id)).toBe(false);
  expect(store.list()).toEqual([]);
});

test('a removal is taken back once, and an account that is there not at all', async () => {
  const { clock, removals } = await setUp();
  expect(await removals.restore(id)).toBe(false);
  await removals.remove(id);
  await removals.restore(id);
  expect(await removals.restore(id)).toBe(false);
  expect(clock.pending).toBe(0);
});

test('closing forgets what was removed', async () => {
  const { clock, removals } = await setUp();
  await removals.remove(id);
  removals.close();
  expect(clock.pending).toBe(0);
  expect(await removals.restore(id)).toBe(false);
});

test('an account of the settings file cannot be removed, and nothing is kept of it', async () => {
  const { store, removals } = await setUp();
  const ofSettings = claudeAccount({ id: 'claude:settings', source: 'settings' });
  store.setSettingsAccounts([ofSettings]);
  await expect(removals.remove('claude:settings')).rejects.toThrow('comes from the settings file');
  expect(await removals.restore('claude:settings')).toBe(false);
});
