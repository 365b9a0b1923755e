import type { Clock } from '../clock.ts';
import type { Log } from './log.ts';

export interface LastWordsParts {
  process: Pick<NodeJS.Process, 'on'>;
  log: Pick<Log, 'logger'>;
  clock: Clock;
  /** Stores what would be lost otherwise. */
  close(): Promise<void>;
  exit(code: number): void;
}

/** Refreshed tokens that are on their way to the vault get this long, in milliseconds. */
const closeLimitMs = 5_000;

/**
 * Ends the process with code 1 after an error that nobody handled. Without this Node prints such an error by itself, and
 * whatever secret its message quotes; here it passes the log, whose lines are without any.
 */
export function endOnDefect({ process, log, clock, close, exit }: LastWordsParts): void {
  let ending = false;
  const onDefect = (error: unknown) => {
    log.logger.fatal({ err: error }, 'Fusebox ends because of an error that nobody expected');
    if (ending) return;
    ending = true;
    const end = () => exit(1);
    clock.after(closeLimitMs, end);
    close().then(end, end);
  };
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);
}
