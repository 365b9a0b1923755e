import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeychainVault } from '../../main/accounts/keychain-vault.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeKeychain } from './fake-keychain.ts';

const hour = 3_600_000;
const long = (seed: string, length = 6_000) => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);

function setUp() {
  const keychain = new FakeKeychain();
  const clock = new FakeClock();
  const reports: string[] = [];
  const open = () => new KeychainVault({ keychain, clock, report: (message) => reports.push(message) });
  return { keychain, clock, reports, open, vault: open() };
}

test('a short value is one entry and comes back', async () => {
  const { keychain, vault } = setUp();
  await vault.set('account:a', 'short');
  expect(keychain.stored.size).toBe(1);
  expect(await vault.get('account:a')).toBe('short');
  expect(await vault.get('account:b')).toBeUndefined();
});

test('a value longer than one entry is split and comes back, also through entries()', async () => {
  const { keychain, vault, open } = setUp();
  await vault.set('account:a', long('token-'));
  await vault.set('account:b', 'short');
  expect(keychain.stored.size).toBeGreaterThan(5);
  expect(await open().entries()).toEqual(
    new Map([
      ['account:a', long('token-')],
      ['account:b', 'short'],
    ]),
  );
});

test('any text comes back whole, whatever its characters cost', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 400 }).map((piece) => piece.repeat(9));
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const { vault, open } = setUp();
      await vault.set('name', value);
      expect(await open().get('name')).toBe(value);
    }),
    { numRuns: 50 },
  );
});

test('replacing a long value leaves only the new parts', async () => {
  const { keychain, vault } = setUp();
  await vault.set('account:a', long('old-'));
  await vault.set('account:a', long('new-', 3_000));
  expect(await vault.get('account:a')).toBe(long('new-', 3_000));
  expect(keychain.stored.size).toBe(1 + 3);
  await vault.set('account:a', 'short');
  expect(keychain.stored.size).toBe(1);
});

test('deleting removes every part, and deleting nothing is no error', async () => {
  const { keychain, vault } = setUp();
  await vault.set('account:a', long('old-'));
  await vault.delete('account:a');
  await vault.delete('account:a');
  expect(keychain.stored.size).toBe(0);
});

test('a write that dies after any number of calls leaves the old or the new value, and the next start leaves no rubbish', async () => {
  const size = fc.integer({ min: 0, max: 9_000 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.nat({ max: 40 }), async (before, after, survives) => {
      const { keychain, clock, open, vault } = setUp();
      const [old, fresh] = [long('old-', before), long('new-', after)];
      await vault.set('account:a', old);
      keychain.callsLeft = survives;
      const ended = await vault.set('account:a', fresh).then(
        () => true,
        () => false,
      );
      keychain.callsLeft = Number.POSITIVE_INFINITY;
      const found = (await open().entries()).get('account:a');
      expect([old, fresh]).toContain(found);
      if (ended) expect(found).toBe(fresh);

      clock.advance(hour);
      expect((await open().entries()).get('account:a')).toBe(found);
      const rewritten = new FakeKeychain();
      await new KeychainVault({ keychain: rewritten, clock }).set('account:a', found ?? '');
      expect(keychain.stored.size).toBe(rewritten.stored.size);
    }),
    { numRuns: 300 },
  );
});

test('a write that dies while an account is first stored or deleted leaves nothing or all of it', async () => {
  const value = long('token-');
  for (let survives = 0; survives < 14; survives++) {
    const { keychain, vault, open } = setUp();
    keychain.callsLeft = survives;
    await vault.set('account:a', value).catch(() => undefined);
    keychain.callsLeft = Number.POSITIVE_INFINITY;
    expect([undefined, value]).toContain((await open().entries()).get('account:a'));

    await vault.set('account:a', value);
    keychain.callsLeft = survives;
    await vault.delete('account:a').catch(() => undefined);
    keychain.callsLeft = Number.POSITIVE_INFINITY;
    expect([undefined, value]).toContain((await open().entries()).get('account:a'));
  }
});

test('young parts without a head are left alone: another process may be about to switch to them', async () => {
  const { keychain, clock, vault, open } = setUp();
  keychain.callsLeft = 4;
  await expect(vault.set('account:a', long('token-'))).rejects.toThrow();
  keychain.callsLeft = Number.POSITIVE_INFINITY;
  const parts = keychain.stored.size;
  expect(parts).toBeGreaterThan(0);
  await open().entries();
  expect(keychain.stored.size).toBe(parts);
  clock.advance(hour);
  await open().entries();
  expect(keychain.stored.size).toBe(0);
});

test('parts are not taken for stale because a list lacks their head', async () => {
  const { keychain, clock, vault, open } = setUp();
  await vault.set('account:a', long('token-'));
  clock.advance(hour);
  const complete = keychain.findCredentials.bind(keychain);
  keychain.findCredentials = async (service) =>
    (await complete(service)).filter(({ account }) => account !== 'account:a');
  await open().entries();
  expect(await open().get('account:a')).toBe(long('token-'));
});

test('an entry with a missing part is reported, left out and left alone', async () => {
  const { keychain, clock, reports, vault, open } = setUp();
  await vault.set('account:bad', long('secret-value-'));
  await vault.set('account:good', 'fine');
  const part = [...keychain.stored.keys()].find((name) => name.endsWith('.2')) ?? '';
  keychain.stored.delete(part);
  const before = new Map(keychain.stored);
  clock.advance(hour);
  expect(await open().entries()).toEqual(new Map([['account:good', 'fine']]));
  expect(keychain.stored).toEqual(before);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toContain('account:bad');
  expect(reports[0]).not.toContain('secret-value');
});

test('entries of a newer version and of strangers are reported and left alone', async () => {
  const { keychain, reports, vault } = setUp();
  keychain.stored.set('account:new', 'fusebox:2:value:whatever');
  keychain.stored.set('account:strange', 'hunter2');
  expect(await vault.entries()).toEqual(new Map());
  expect(reports.join('\n')).toContain('newer Fusebox');
  expect(reports.join('\n')).not.toMatch(/hunter2|whatever/);
  expect(keychain.stored.size).toBe(2);
});

test('writers of one vault wait for each other, so the last one wins whole', async () => {
  const { vault, keychain } = setUp();
  await Promise.all(['a-', 'b-', 'c-'].map((seed) => vault.set('account:a', long(seed))));
  expect(await vault.get('account:a')).toBe(long('c-'));
  expect(keychain.stored.size).toBe(1 + 5);
});

test('a keychain that never answers ends in an error, not in a hang', async () => {
  const { keychain, clock, vault } = setUp();
  keychain.getPassword = () => new Promise(() => undefined);
  const reading = vault.get('account:a');
  clock.advance(hour);
  await expect(reading).rejects.toThrow('did not read within 60 s');
  expect(clock.pending).toBe(0);
});
