import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeychainVault } from '../../main/accounts/keychain-vault.ts';
import { openVault } from '../../main/accounts/open-vault.ts';
import { systemClock } from '../../main/clock.ts';
import { emptyKeychain } from './empty-keychain.ts';
import { longValue } from './long-value.ts';

const projectFile = fileURLToPath(import.meta.url);
const keychain = emptyKeychain(projectFile);
const name = 'account:crash-test';
let folder: string;
let writer: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-keychain-'));
  writer = join(folder, 'vault-writer.mjs');
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./vault-writer.ts', import.meta.url)),
    platform: 'node',
  });
  await bundle.write({ file: writer, format: 'esm' });
  await bundle.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A vault in the future: whatever an ended process left is stale there, and cleaned away. */
const tomorrow = () =>
  new KeychainVault({ keychain, clock: { ...systemClock, now: () => Date.now() + 24 * 3_600_000 } });

test('the keychain works: long and short values come back, are replaced and deleted', async () => {
  const vault = await openVault({ choice: undefined, dataDir: folder, env: {}, loadKeytar: async () => keychain });
  expect(vault.kind).toBe('keychain');
  await vault.set('account:a', longValue(1));
  await vault.set('account:ü', 'short 🙂');
  expect(await vault.entries()).toEqual(
    new Map([
      ['account:a', longValue(1)],
      ['account:ü', 'short 🙂'],
    ]),
  );
  await vault.set('account:a', 'short now');
  await vault.delete('account:ü');
  expect(await keychain.findCredentials('')).toEqual([{ account: 'account:a', password: 'fusebox:1:value:short now' }]);
});

test('kill -9 at a random moment of a write leaves the old or the new value, 100 times', async () => {
  const seed = Date.now() % 100_000;
  console.log(`seed ${seed}`);
  const random = seeded(seed);
  let next = startWriter();
  let number = 1;
  let cutShort = 0;
  await new KeychainVault({ keychain, clock: systemClock }).set(name, longValue(0));
  for (let round = 0; round < 100; round++) {
    const child = next;
    next = startWriter();
    const stored = await killDuringWrites(child, number, random() * 60);
    const found = await tomorrow().get(name);
    const [old, fresh] = [longValue(stored ?? number - 1), longValue((stored ?? number - 1) + 1)];
    expect(found === old || found === fresh, `round ${round} of seed ${seed}`).toBe(true);
    number = (stored ?? number - 1) + (found === fresh ? 2 : 1);

    const before = (await keychain.findCredentials('')).length;
    expect((await tomorrow().entries()).get(name)).toBe(found);
    const after = (await keychain.findCredentials('')).length;
    expect(after).toBe(1 + Math.ceil((found ?? '').length / 1280));
    if (before > after) cutShort++;
  }
  next.kill('SIGKILL');
  console.log(`${cutShort} of 100 kills hit the middle of a write`);
  expect(cutShort).toBeGreaterThan(10);
}, 60_000);

function startWriter(): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [writer, projectFile, name]);
  child.stderr.pipe(process.stderr);
  return child;
}

/** Lets the child write from `first` on, kills it, and resolves to the last number that it said was stored. */
async function killDuringWrites(
  child: ChildProcessWithoutNullStreams,
  first: number,
  delayMs: number,
): Promise<number | undefined> {
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  if (!said.includes('ready')) await once(child.stdout, 'data');
  child.stdin.write(`${first}\n`);
  const closed = once(child, 'close');
  // Real time, because a real process is to be hit somewhere in its work.
  systemClock.after(delayMs, () => child.kill('SIGKILL'));
  await closed;
  const numbers = said.split('\n').slice(1, -1);
  return numbers.length === 0 ? undefined : Number(numbers.at(-1));
}

/** mulberry32: the same seed gives the same moments again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
