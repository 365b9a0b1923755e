import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Place } from './parts.ts';

/** A process that runs refreshing-process.ts, as the test that started it sees it. */
export interface Refreshing {
  child: ChildProcess;
  refreshed: number;
  /** The last of what it told on its standard error. */
  lines: string[];
  /** Resolves when it waits for the word to begin. */
  ready: Promise<unknown>;
  /** Resolves with `code 0`, another code or the name of a signal, when all that it told has been read. */
  ended: Promise<string>;
}

const linesKept = 25;
/** A refresh takes some milliseconds; a machine that does much else needs some more. */
const stuckAfterMs = 20_000;

/** Starts the process; it is killed with the test. */
export function startRefreshing(program: string, place: Place): Refreshing {
  const child = fork(program, [JSON.stringify(place)], { execArgv: [], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code, signal]) => (code === null ? String(signal) : `code ${code}`));
  const one: Refreshing = { child, refreshed: 0, lines: [], ready: once(child, 'message'), ended };
  child.on('message', (message) => {
    if (message === 'refreshed') one.refreshed++;
  });
  if (child.stderr) {
    createInterface(child.stderr).on('line', (line) => {
      one.lines = [...one.lines.slice(1 - linesKept), line.slice(0, 300)];
    });
  }
  return one;
}

/** A process that cannot be told has ended, which `whileTheyWork` notices. */
export function tell(child: ChildProcess, word: 'begin' | 'stop'): void {
  child.send(word, () => undefined);
}

/**
 * Resolves as `work` does, unless one of the processes fails, or none of them says a word for too long: then it rejects
 * with what each of them told last.
 */
export async function whileTheyWork<T>(processes: readonly Refreshing[], work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const stuck = new Promise<never>((_, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(failure(`No refresh for ${stuckAfterMs / 1000} s`, processes)), stuckAfterMs);
    };
    for (const { child } of processes) child.on('message', wait);
    over.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      for (const { child } of processes) child.off('message', wait);
    });
    wait();
  });
  try {
    return await Promise.race([work, stuck, ...processes.map((one) => fails(one, processes))]);
  } finally {
    over.abort();
  }
}

async function fails({ ended }: Refreshing, processes: readonly Refreshing[]): Promise<never> {
  const end = await ended;
  if (end !== 'code 0') throw failure(`A refreshing process ended with ${end}`, processes);
  return new Promise<never>(() => undefined);
}

function failure(what: string, processes: readonly Refreshing[]): Error {
  const stories = processes.map(({ refreshed, lines }, index) =>
    [`The ${['first', 'second'][index]} process, after ${refreshed} refreshes:`, ...lines].join('\n  '),
  );
  return new Error([`${what}.`, ...stories].join('\n'));
}
