import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Where a conversation takes place. */
export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
  /** Called with each line that is typed or pasted. */
  onLine(listener: (line: string) => void): void;
  /** Called when the owner presses Ctrl-C, or the system asks the process to end. */
  onInterrupt(listener: () => void): void;
  /** While true, what is typed is not shown. */
  covert(on: boolean): void;
  close(): void;
}

/** The terminal of this process; also a pipe, from which lines are read just so. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  let hidden = false;
  const echo = new Writable({
    write(piece, encoding, done) {
      if (hidden) done();
      else stdout.write(piece, encoding, () => done());
    },
  });
  const reader = createInterface({ input: stdin, output: echo, terminal: stdin.isTTY && stdout.isTTY });
  let interrupt = () => {};
  const interrupted = () => interrupt();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  // In raw mode Ctrl-C is a key: the second one ends the process at once, as it would without us.
  let presses = 0;
  reader.on('SIGINT', () => (++presses > 1 ? process.exit(130) : interrupted()));
  return {
    say: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    onLine: (listener) => void reader.on('line', listener),
    onInterrupt(listener) {
      interrupt = listener;
    },
    covert(on) {
      hidden = on;
    },
    close() {
      hidden = false;
      reader.close();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupted);
    },
  };
}
