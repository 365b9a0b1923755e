import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { VaultError } from '../accounts/vault.ts';
import { systemClock } from '../clock.ts';
import { StartError } from '../engine/gateway-control.ts';
import { ownHeap } from '../engine/heap.ts';
import { createEngine, type Engine } from '../engine.ts';
import { endOnDefect } from '../journal/last-words.ts';
import { createLogger, terminalSink } from '../journal/log.ts';
import { openLogFile } from '../journal/log-file.ts';
import { createRedactor } from '../journal/redaction.ts';
import { threadPort } from '../journal/store/thread-port.ts';
import { overrideAddress } from '../settings/address-override.ts';
import { formatProblems } from '../settings/problem.ts';
import { openYamlStore } from '../settings/yaml-store.ts';
import { findRunning } from './instance-client.ts';
import { dataDirOf, openVaultOf, type PlaceOptions, settingsFileOf } from './place.ts';

export interface ServeOptions extends PlaceOptions {
  host?: string;
  port?: number;
}

/**
 * Runs the gateway until SIGTERM or SIGINT; resolves with the exit code. Logs go to stderr, the address to stdout.
 * `built` is the folder of the built program.
 */
export async function serve(options: ServeOptions, version: string, built: string): Promise<number> {
  spareMemory();
  const redactor = createRedactor();
  const dataDir = dataDirOf(options);
  const log = createLogger({ debug: false, redactor, output: terminalSink(process.stderr) });
  let running: Engine | undefined;
  endOnDefect({
    process,
    log,
    clock: systemClock,
    close: async () => running?.close(),
    exit: (code) => process.exit(code),
  });
  const file = settingsFileOf(options);
  const opened = await openYamlStore({ file, clock: systemClock, log: log.logger });
  if (!opened.ok) {
    process.stderr.write(`The settings cannot be used:\n${formatProblems(opened.problems)}\n`);
    return 1;
  }
  const settings = overrideAddress(opened.store, options);
  const obstacle = settings.problem() ?? (await otherInstance(dataDir));
  if (obstacle !== undefined) {
    process.stderr.write(`${obstacle}\n`);
    settings.close();
    return 1;
  }
  const opening = openVaultOf(options, (message) => log.logger.warn(message)).then((vault) => {
    log.logger.info(vault.note ?? `Secrets are kept in: ${vault.kind}`);
    return createEngine({
      settings,
      vault,
      dataDir,
      log,
      redactor,
      clock: systemClock,
      env: process.env,
      homeDir: homedir(),
      platform: process.platform,
      pid: process.pid,
      version,
      openLogFile: (maxBytes, onProblem) => openLogFile({ folder: join(dataDir, 'logs'), maxBytes, onProblem }),
      openJournal: threadPort(join(built, 'journal-worker.js')),
      heap: ownHeap(),
      dashboard: { pages: join(built, 'renderer'), settingsFile: file },
    });
  });
  const engine = await opening.catch(withoutVault);
  if (!engine) {
    settings.close();
    return 1;
  }
  running = engine;
  return await runUntilStopped(engine, log.logger);
}

/** Accounts that cannot be read are for the owner to see to: that is no defect, and nobody needs a trace. */
function withoutVault(error: unknown): undefined {
  if (!(error instanceof VaultError)) throw error;
  process.stderr.write(`The accounts cannot be opened: ${error.message}\nSee: fusebox doctor\n`);
}

/** Two gateways would overwrite each other's counts, and one that stops would hide the other from `status`. */
async function otherInstance(dataDir: string): Promise<string | undefined> {
  const running = await findRunning(dataDir);
  if (!running) return undefined;
  const where = `${running.url} (process ${running.pid}) with this data folder`;
  return `Fusebox already runs on ${where}. Stop it first, or name another folder with --data-dir.`;
}

async function runUntilStopped(engine: Engine, logger: { info(message: string): void }): Promise<number> {
  const stopped = stopSignal();
  try {
    await engine.start();
  } catch (error) {
    await engine.close();
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.problem.message} ${error.problem.fix}\n`);
    return 1;
  }
  process.stdout.write(`Fusebox is listening on ${engine.state().gateway.url}\n`);
  const link = dashboardLine(engine, process.stderr.isTTY);
  if (link !== undefined) process.stderr.write(`${link}\n`);
  logger.info(`Stopping: ${await stopped}`);
  await engine.close();
  return 0;
}

/** The link goes to a person only: what a service manager keeps of the output is read by others, too. */
export function dashboardLine(
  { dashboardLink }: Pick<Engine, 'dashboardLink'>,
  isTerminal: boolean,
): string | undefined {
  if (!isTerminal) return undefined;
  const link = dashboardLink?.();
  return link && `Dashboard: ${link.url} (works once, for ten minutes; then: fusebox dashboard)`;
}

/**
 * The HTTP client's parser is WebAssembly. Optimising its few kilobytes of code takes 10 MB that the process never gives
 * back, and serves no more requests (npm run bench): V8's first compiler is enough.
 */
function spareMemory(): void {
  setFlagsFromString('--liftoff-only');
}

/** The first signal lets requests in flight end; a second one of the same kind ends the process at once, as usual. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
