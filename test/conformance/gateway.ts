import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { systemClock } from '../../main/clock.ts';
import { createEngine } from '../../main/engine.ts';
import { createLogger } from '../../main/journal/log.ts';
import { openLogFile } from '../../main/journal/log-file.ts';
import { createRedactor } from '../../main/journal/redaction.ts';
import { openYamlStore } from '../../main/settings/yaml-store.ts';
import { openLocalPort } from '../journal/local-port.ts';
import type { ConformanceUpstream } from './upstream.ts';

export interface ConformanceGateway {
  origin: string;
  /** Forgets the cooldowns that a test has caused. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What the gateway needs to know of an upstream. */
type Upstream = Pick<ConformanceUpstream, 'accounts' | 'settings' | 'endpoints'>;

/** One gateway in front of all upstreams; clients choose by the accounts' prefixes. */
export async function startGateway(upstreams: readonly Upstream[]): Promise<ConformanceGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-conformance-'));
  const file = join(dataDir, 'config.yaml');
  await writeFile(file, stringify(settingsFor(upstreams)));
  const redactor = createRedactor();
  const log = createLogger({ debug: false, redactor, output: { write: () => {} } });
  const opened = await openYamlStore({ file, clock: systemClock, log: log.logger });
  if (!opened.ok) throw new Error(opened.problems.map(({ text }) => text).join('\n'));
  const vault = new MemoryVault();
  const accounts = upstreams.flatMap((upstream) => upstream.accounts);
  for (const stored of accounts)
    await vault.set(`account:${stored.account.id}`, JSON.stringify({ version: 1, ...stored }));
  const engine = await createEngine({
    settings: opened.store,
    vault,
    dataDir,
    log,
    redactor,
    clock: systemClock,
    env: {},
    homeDir: dataDir,
    platform: process.platform,
    pid: process.pid,
    version: '0.0.0-test',
    openLogFile: () => openLogFile({ folder: join(dataDir, 'logs') }),
    openJournal: openLocalPort,
  });
  await engine.start();
  return {
    origin: engine.state().gateway.url,
    async reset() {
      for (const { id } of engine.state().accounts) await engine.resetAccount(id);
    },
    async close() {
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function settingsFor(upstreams: readonly Upstream[]): object {
  return {
    port: 0,
    'max-retry-interval': 0,
    endpoints: Object.assign({}, ...upstreams.map(({ endpoints }) => endpoints)),
    ...Object.assign({}, ...upstreams.map(({ settings }) => settings)),
  };
}
