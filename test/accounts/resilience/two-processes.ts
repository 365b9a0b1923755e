import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { isObject } from '../../upstreams/json.ts';
import { claudeAccount } from '../accounts.ts';
import { accountId, openTestStore, openTestVault, type Place, type VaultChoice } from './parts.ts';

const wanted = 1_000;

/** Lets two processes refresh one account until its token has been rotated a thousand times, and checks that none was lost. */
export async function refreshInTwoProcesses(program: string, vault: VaultChoice): Promise<void> {
  const fake = await startFakeAnthropic();
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-two-'));
  onTestFinished(async () => {
    await fake.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const place: Place = { vault, dataDir, projectFile: fileURLToPath(import.meta.url), origin: fake.origin };
  const { accessToken, refreshToken } = fake.account;
  const store = await openTestStore(await openTestVault(place), place);
  const expiresAt = Date.now() + 3_600_000;
  await store.upsert(claudeAccount({ id: accountId, expiresAt }, { accessToken, refreshToken }));

  const processes = await Promise.all([startRefreshing(program, place), startRefreshing(program, place)]);
  let left = wanted;
  const done = new Promise<void>((resolve) => {
    for (const one of processes) {
      one.onRefresh = () => {
        if (--left === 0) resolve();
      };
      one.child.send('begin');
    }
  });
  await Promise.race([done, ...processes.map(endsEarly)]);
  for (const { child } of processes) child.send('stop');
  const codes = await Promise.all(processes.map(({ ended }) => ended));

  expect(codes).toEqual([0, 0]);
  expect(processes.map(({ lost }) => lost)).toEqual([0, 0]);
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

interface Refreshing {
  child: ChildProcess;
  refreshed: number;
  lost: number;
  onRefresh(): void;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

async function startRefreshing(program: string, place: Place): Promise<Refreshing> {
  const child = fork(program, [JSON.stringify(place)], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const one: Refreshing = { child, refreshed: 0, lost: 0, onRefresh: () => undefined, ended };
  const ready = once(child, 'message');
  await Promise.race([ready, endsEarly(one)]);
  child.on('message', (message) => {
    if (message === 'lost') one.lost++;
    if (message !== 'refreshed') return;
    one.refreshed++;
    one.onRefresh();
  });
  return one;
}

async function endsEarly({ ended }: Refreshing): Promise<never> {
  throw new Error(`A refreshing process ended early with ${await ended}`);
}
