import type { LogSink } from './log.ts';

export interface LogLine {
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** As it was written, without its newline. */
  text: string;
}

/** The latest lines of the log, in memory. */
export interface LogTail {
  /** At most `count` of those that came after `after`, milliseconds since the Unix epoch; the oldest first. */
  lines(count: number, after?: number): LogLine[];
  /** Calls back with each line when it is written; the returned function ends it. */
  onLine(listener: (line: LogLine) => void): () => void;
}

/** Lines that are longer are cut, in characters: a tail must not hold megabytes. */
const longestLine = 16_384;

/** Keeps the last `capacity` lines. A listener must not log: it would be called for ever. */
export function createLogTail(capacity: number, now: () => number): LogTail & LogSink {
  const ring: LogLine[] = [];
  const listeners = new Set<{ call: (line: LogLine) => void }>();
  let written = 0;
  return {
    write(text) {
      const line = { at: now(), text: text.slice(0, longestLine).trimEnd() };
      ring[written % capacity] = line;
      written += 1;
      for (const listener of [...listeners]) listener.call(line);
    },
    lines(count, after = Number.NEGATIVE_INFINITY) {
      const begin = written % capacity;
      const inOrder = written <= capacity ? ring : [...ring.slice(begin), ...ring.slice(0, begin)];
      return inOrder.filter(({ at }) => at > after).slice(-count);
    },
    onLine(listener) {
      const entry = { call: listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
