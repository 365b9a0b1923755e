import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { isObject } from '../../upstreams/json.ts';
import { claudeAccount } from '../accounts.ts';
import { accountId, openTestStore, openTestVault, type Place, type VaultChoice } from './parts.ts';
import { startRefreshing, tell, whileTheyWork } from './refreshing.ts';

const wanted = 1_000;

interface TwoProcesses {
  program: string;
  vault: VaultChoice;
  /** What the account is refreshed with first; default: what the provider takes. */
  refreshToken?: string;
}

/**
 * Lets two processes refresh one account until its token has been rotated a thousand times, and checks that none was lost.
 * Rejects as soon as a refresh fails or nothing moves any more, with what each process did last.
 */
export async function refreshInTwoProcesses({ program, vault, refreshToken }: TwoProcesses): Promise<void> {
  const fake = await startFakeAnthropic();
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-two-'));
  onTestFinished(async () => {
    await fake.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const place: Place = { vault, dataDir, projectFile: fileURLToPath(import.meta.url), origin: fake.origin };
  const store = await openTestStore(await openTestVault(place), place);
  const secret = { accessToken: fake.account.accessToken, refreshToken: refreshToken ?? fake.account.refreshToken };
  const expiresAt = Date.now() + 3_600_000;
  const { account } = await store.upsert(claudeAccount({ id: accountId, expiresAt }, secret));
  expect(account.id, 'the vault was empty').toBe(accountId);

  const processes = [startRefreshing(program, place), startRefreshing(program, place)];
  await whileTheyWork(processes, Promise.all(processes.map(({ ready }) => ready)));
  const done = new Promise<void>((resolve) => {
    let left = wanted;
    for (const { child } of processes) {
      child.on('message', () => {
        if (--left === 0) resolve();
      });
      tell(child, 'begin');
    }
  });
  await whileTheyWork(processes, done);
  for (const { child } of processes) tell(child, 'stop');
  await whileTheyWork(processes, Promise.all(processes.map(({ ended }) => ended)));

  // Both took part: otherwise nothing was contended.
  for (const { refreshed } of processes) expect(refreshed).toBeGreaterThan(20);
  const used = fake.requests.map(({ json }) => (isObject(json) ? json.refresh_token : undefined));
  expect(used.length).toBeGreaterThanOrEqual(wanted);
  // Each was sent once. The fake refuses one that it has replaced, so no request was answered with invalid_grant.
  expect(new Set(used).size).toBe(used.length);
  await store.reload();
  expect(store.secretOf(accountId).refreshToken).toBe(fake.account.refreshToken);
  expect(store.secretOf(accountId).accessToken).toBe(fake.account.accessToken);
}
