import { type Logger, pino, stdTimeFunctions } from 'pino';
import { createLogTail, type LogTail } from './log-tail.ts';
import { prettyLine } from './pretty-line.ts';
import { type Redactor, redactedPaths } from './redaction.ts';

/** Takes finished lines, each with its newline, already without secrets. Must not throw. */
export interface LogSink {
  write(line: string): void;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Log {
  readonly logger: Logger;
  /** The latest lines, wherever else they are written. */
  readonly tail: LogTail;
  /** The least important entries that are shown from now on, also of child loggers. */
  setLevel(level: LogLevel): void;
  /** Also writes to this sink from now on; undefined ends it. The caller closes the sink. */
  setFile(file: LogSink | undefined): void;
}

export interface LogOptions {
  debug: boolean;
  redactor: Redactor;
  /** Where lines go at all times: see `terminalSink`. */
  output: LogSink;
  file?: LogSink;
}

/** Lines that `tail` has. */
const tailLines = 2_000;

/**
 * The program's log. Each line passes the redactor on its way out. Writes in this thread, without pino's worker
 * transports, because those load files by name, which a bundle does not have.
 */
export function createLogger({ debug, redactor, output, file }: LogOptions): Log {
  let extra = file;
  const tail = createLogTail(tailLines, Date.now);
  const children = new Set<WeakRef<Logger>>();
  const forget = new FinalizationRegistry<WeakRef<Logger>>((child) => children.delete(child));
  const destination = {
    write(line: string) {
      const clean = redactor.scrub(line);
      output.write(clean);
      tail.write(clean);
      extra?.write(clean);
    },
  };
  const logger: Logger = pino(
    {
      base: null,
      level: levelFor(debug),
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactedPaths], censor: '[redacted]' },
      // A child copies its parent's level when it is made, so a later change has to be passed on.
      onChild: (child) => {
        const reference = new WeakRef<Logger>(child);
        children.add(reference);
        forget.register(child, reference);
      },
    },
    destination,
  );
  return {
    logger,
    tail,
    setLevel(level) {
      logger.level = level;
      for (const child of children) {
        const living = child.deref();
        if (living) living.level = level;
      }
    },
    setFile(next) {
      extra = next;
    },
  };
}

/** For a terminal one readable line an entry, otherwise JSON. Stays silent once the reader is gone. */
export function terminalSink(stream: NodeJS.WriteStream): LogSink {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    write(line) {
      if (!gone) stream.write(stream.isTTY ? prettyLine(line) : line);
    },
  };
}

function levelFor(debug: boolean): LogLevel {
  return debug ? 'debug' : 'info';
}
