import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../engine/instance-file.ts';
import type { LogLevel } from '../journal/log.ts';
import { prettyLine } from '../journal/pretty-line.ts';
import type { RequestRecord } from '../journal/record.ts';
import { findRunning, getJson, type LiveEvent, openEvents } from './instance-client.ts';
import { isAtLeast, requestLine } from './log-text.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';

export interface LogsOptions extends PlaceOptions {
  follow?: boolean;
  /** Lines of the past. */
  lines: number;
  /** The least important entries that are shown. */
  level?: LogLevel;
  /** A line for each request that ends, too. */
  requests?: boolean;
  json?: boolean;
}

export interface LogsTerminal {
  /** Writes a line; false once nobody reads any more. */
  say(line: string): boolean;
  complain(line: string): void;
  /** Aborted when the owner presses Ctrl-C, or nobody reads any more. */
  stopped: AbortSignal;
  /** Milliseconds; ends early when `stopped` is aborted. */
  pause(ms: number): Promise<void>;
}

/** After the gateway has ended or moved: how often and how long it is looked for, in milliseconds. */
const lookEveryMs = 500;
const looks = 10;

/**
 * Prints the log of the running instance, and with `follow` goes on until Ctrl-C (130) or until it has ended (0). Without
 * one it prints the log file, if there is one, else resolves with 3.
 */
export async function logs(options: LogsOptions, terminal: LogsTerminal): Promise<number> {
  const dataDir = dataDirOf(options);
  try {
    const running = await findRunning(dataDir);
    if (!running) return await printFile(join(dataDir, 'logs', 'fusebox.log'), options, terminal);
    if (!options.follow) {
      for (const line of await latestLines(running, options.lines)) showLine(line, options, terminal);
      return 0;
    }
    return await follow(running, dataDir, options, terminal);
  } catch (error) {
    if (terminal.stopped.aborted) return 130;
    terminal.complain(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  }
}

async function latestLines(instance: Instance, count: number): Promise<string[]> {
  if (count === 0) return [];
  return ((await getJson(instance, `/logs?limit=${count}`)) as { lines: string[] }).lines;
}

async function printFile(file: string, options: LogsOptions, terminal: LogsTerminal): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined && options.lines > 0)
    for (const line of text.trimEnd().split('\n').slice(-options.lines)) showLine(line, options, terminal);
  const isEnough = text !== undefined && !options.follow;
  if (!isEnough) terminal.complain('Fusebox is not running. Start it with: fusebox serve');
  return isEnough ? 0 : 3;
}

async function follow(first: Instance, dataDir: string, options: LogsOptions, terminal: LogsTerminal): Promise<number> {
  let past = options.lines;
  for (let instance: Instance | undefined = first; instance; instance = await findAgain(dataDir, terminal)) {
    // The stream is opened first, so that nothing falls between it and the lines of the past.
    const events = await openEvents(instance, options.requests ? ['logs', 'requests'] : ['logs'], terminal.stopped);
    const shown = await latestLines(instance, past);
    for (const line of shown) showLine(line, options, terminal);
    past = 0;
    await showEvents(events, new Set(shown), options, terminal);
    if (terminal.stopped.aborted) return 130;
  }
  if (terminal.stopped.aborted) return 130;
  terminal.complain('Fusebox has ended.');
  return 0;
}

async function showEvents(
  events: AsyncIterable<LiveEvent>,
  shown: Set<string>,
  options: LogsOptions,
  terminal: LogsTerminal,
): Promise<void> {
  try {
    for await (const { name, data } of events) {
      if (name === 'end') return;
      if (name === 'request') showRequest(data as RequestRecord, options, terminal);
      const { text } = data as { text?: string };
      if (name === 'log' && text !== undefined && !shown.delete(text)) showLine(text, options, terminal);
    }
  } catch {
    // Cut off: by Ctrl-C, or because the gateway was killed.
  }
}

async function findAgain(dataDir: string, terminal: LogsTerminal): Promise<Instance | undefined> {
  for (let look = 0; look < looks && !terminal.stopped.aborted; look++) {
    const found = await findRunning(dataDir);
    if (found) return found;
    await terminal.pause(lookEveryMs);
  }
  return undefined;
}

function showLine(line: string, { level, json }: LogsOptions, terminal: LogsTerminal): void {
  if (level === undefined || isAtLeast(line, level)) terminal.say(json ? line : prettyLine(line).trimEnd());
}

function showRequest(record: RequestRecord, { json }: LogsOptions, terminal: LogsTerminal): void {
  terminal.say(json ? JSON.stringify({ request: record }) : requestLine(record));
}

/** The terminal of this process: Ctrl-C and a reader that has gone, such as `head`, end what is going on. */
export function logsTerminal(program: NodeJS.Process): LogsTerminal & { close(): void } {
  const { stdout, stderr } = program;
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) program.once(signal, end);
  stdout.once('error', end);
  return {
    stopped: stop.signal,
    say(line) {
      if (!stop.signal.aborted) stdout.write(`${line}\n`);
      return !stop.signal.aborted;
    },
    complain: (line) => void stderr.write(`${line}\n`),
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, ms);
        stop.signal.addEventListener('abort', done, { once: true });
        function done() {
          clearTimeout(timer);
          stop.signal.removeEventListener('abort', done);
          resolve();
        }
      }),
    close() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) program.removeListener(signal, end);
    },
  };
}
