import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { type FakeAccount, newToken } from '../../upstreams/anthropic/accounts.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { claudeAccount } from '../accounts.ts';
import { accountId, openTestStore, openTestVault, type Place, type VaultChoice } from './parts.ts';

/** What one killed process left behind. */
export interface Remains {
  /** How many operations it had seen the end of; the last one of a series was not killed. */
  dieAt: number;
  alive: boolean;
  /** The refresh tokens of every account in the vault. */
  stored: (string | undefined)[];
  /** Valid before it began. */
  old: string;
  /** Whether the provider has issued new tokens. */
  issued: boolean;
  /** Whether a request used the new access token; the profile that a sign-in asks for does not count. */
  used: boolean;
  /** What the provider takes now. */
  valid: string[];
}

export interface KillPlan {
  program: string;
  vault: VaultChoice;
  what: 'refresh' | 'sign-in';
}

/**
 * Runs the same thing over and over, each time killed one operation later than the time before, until it comes to its
 * end. Two runs go on at a time.
 */
export async function killEverywhere(plan: KillPlan): Promise<Remains[]> {
  const all: Remains[] = [];
  let next = 1;
  const lane = async () => {
    const stand = await killStand(plan);
    for (let dieAt = next++; !all.some(({ alive }) => alive); dieAt = next++) all.push(await stand(dieAt));
  };
  await Promise.all(plan.vault === 'keychain' ? [lane()] : [lane(), lane()]);
  // Runs differ by an operation or two, in how network traffic is cut: the two lanes may end at different numbers.
  return all.sort((a, b) => Number(a.alive) - Number(b.alive) || a.dieAt - b.dieAt);
}

async function killStand({ program, vault, what }: KillPlan): Promise<(dieAt: number) => Promise<Remains>> {
  // Signing in again makes a grant of its own, as with the real service: the one of before stays valid.
  const identity = { accountUuid: 'ada', organizationUuid: 'org', email: 'ada@example.com' };
  const fake = await startFakeAnthropic({ accounts: [identity, identity] });
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-kill-'));
  onTestFinished(async () => {
    await fake.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const place: Place = { vault, dataDir, projectFile: fileURLToPath(import.meta.url), origin: fake.origin };
  const [first, second] = fake.accounts as [FakeAccount, FakeAccount];
  fake.signIn.as = second;
  const granted = what === 'refresh' ? first : second;
  return async (dieAt) => {
    await prepare(place, first);
    fake.forget();
    const [old, grant] = [first.refreshToken, granted.refreshToken];
    const child = fork(program, [JSON.stringify(place), what, String(dieAt)], { execArgv: [] });
    const [code, signal] = await once(child, 'exit');
    expect([code, signal], `killed after ${dieAt}`).toEqual(code === 0 ? [0, null] : [null, 'SIGKILL']);
    const store = await openTestStore(await openTestVault(place), place);
    return {
      dieAt,
      alive: code === 0,
      stored: store.list().map(({ id }) => store.secretOf(id).refreshToken),
      old,
      issued: granted.refreshToken !== grant,
      used: isUsed(fake, granted),
      valid: fake.accounts.map(({ refreshToken }) => refreshToken),
    };
  };
}

function isUsed({ requests }: FakeAnthropic, { accessToken }: FakeAccount): boolean {
  return requests.some(({ path, headers }) => path === '/use' && headers.authorization === `Bearer ${accessToken}`);
}

/** The vault as it was before the first run, with tokens that are valid now. */
async function prepare(place: Place, owner: FakeAccount): Promise<void> {
  const store = await openTestStore(await openTestVault(place), place);
  for (const { id } of store.list()) await store.remove(id);
  owner.accessToken = newToken('oat01');
  owner.refreshToken = newToken('ort01');
  const { accessToken, refreshToken, email, accountUuid: accountId_, organizationUuid: organizationId } = owner;
  const expiresAt = Date.now() + 3_600_000;
  const account = { id: accountId, email, accountId: accountId_, organizationId, expiresAt };
  await store.upsert(claudeAccount(account, { accessToken, refreshToken }));
}

/** Checks a series of refreshes. The limit is for the operations between the provider's answer and the stored token. */
export function expectRefreshesSafe(all: readonly Remains[], windowLimit: number): void {
  expect(all.at(-1)).toMatchObject({ alive: true, issued: true, used: true });
  // The provider kills the old token before its answer arrives, so this cannot be empty; see Refresher.
  const lost = all.filter(({ stored, valid }) => !valid.includes(stored[0] ?? ''));
  for (const { stored, old, issued, used } of all) {
    // Old or new, whole; new before anybody could use it.
    expect(stored).toHaveLength(1);
    if (stored[0] === old) expect(used).toBe(false);
    if (!issued) expect(stored[0]).toBe(old);
  }
  expect(lost.every(({ issued, used }) => issued && !used)).toBe(true);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThanOrEqual(windowLimit);
}

/** Checks a series of sign-ins to a known account: the old tokens or the new ones, both valid, the new ones before they serve. */
export function expectSignInsSafe(all: readonly Remains[]): void {
  expect(all.at(-1)).toMatchObject({ alive: true, issued: true, used: true });
  for (const { stored, valid, used } of all) {
    expect(stored).toHaveLength(1);
    expect(valid).toContain(stored[0]);
    if (used) expect(stored).toEqual([valid[1]]);
  }
  // The series reached both sides of the moment at which the account is stored.
  expect(new Set(all.map(({ stored, valid }) => stored[0] === valid[1]))).toEqual(new Set([true, false]));
}
