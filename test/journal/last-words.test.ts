import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { endOnDefect } from '../../main/journal/last-words.ts';
import { createLogger } from '../../main/journal/log.ts';
import { createRedactor } from '../../main/journal/redaction.ts';
import { FakeClock } from '../fakes/clock.ts';

function setUp(close: () => Promise<void>) {
  const process = new EventEmitter();
  const clock = new FakeClock();
  const lines: string[] = [];
  const exits: number[] = [];
  const redactor = createRedactor();
  redactor.add('a-secret-of-the-owner');
  const log = createLogger({ debug: false, redactor, output: { write: (line) => void lines.push(line) } });
  endOnDefect({
    process: process as unknown as NodeJS.Process,
    log,
    clock,
    close,
    exit: (code) => void exits.push(code),
  });
  return { process, clock, lines, exits };
}

test('what is on its way to the vault is stored before the process ends', async () => {
  let stored = () => {};
  const { process, lines, exits } = setUp(() => new Promise((resolve) => (stored = resolve)));
  process.emit('uncaughtException', new Error('quotes a-secret-of-the-owner'));
  process.emit('unhandledRejection', new Error('one more'));
  await Promise.resolve();
  expect(exits).toEqual([]);
  stored();
  await expect.poll(() => exits).toEqual([1]);
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain('a-secret-of-the-owner');
});

test('a close that hangs or fails does not keep the process', async () => {
  const hanging = setUp(() => new Promise(() => {}));
  hanging.process.emit('uncaughtException', new Error('x'));
  hanging.clock.advance(5_000);
  expect(hanging.exits).toEqual([1]);
  const failing = setUp(() => Promise.reject(new Error('no')));
  failing.process.emit('uncaughtException', new Error('x'));
  await expect.poll(() => failing.exits).toEqual([1]);
});
