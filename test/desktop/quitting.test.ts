import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { drainBeforeQuit, type QuitParts } from '../../main/desktop/quitting.ts';
import { FakeClock } from '../fakes/clock.ts';

function quitting(close: () => Promise<void>, end: () => boolean = () => false) {
  const events = new EventEmitter();
  const clock = new FakeClock();
  const exits: number[] = [];
  const errors: unknown[] = [];
  let prevented = 0;
  const app = Object.assign(events, { quit: () => {}, exit: (code = 0) => exits.push(code) });
  const parts = {
    app,
    powerMonitor: new EventEmitter(),
    clock,
    close,
    onError: (error: unknown) => errors.push(error),
    end,
  };
  drainBeforeQuit(parts as unknown as QuitParts);
  const quit = () => events.emit('before-quit', { preventDefault: () => (prevented += 1) });
  return { clock, exits, errors, quit, prevented: () => prevented };
}

test('the application exits when everything is closed, and closing is begun once', async () => {
  let closings = 0;
  let finish = () => {};
  const { quit, exits, prevented } = quitting(() => {
    closings += 1;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  quit();
  quit();
  expect([closings, prevented(), exits]).toEqual([1, 2, []]);
  finish();
  await expect.poll(() => exits).toEqual([0]);
});

test('requests that do not end hold it up for ten seconds at most', () => {
  const { clock, quit, exits } = quitting(() => new Promise(() => {}));
  quit();
  clock.advance(9_999);
  expect(exits).toEqual([]);
  clock.advance(1);
  expect(exits).toEqual([0]);
});

test('a failure to close is reported and does not keep it alive', async () => {
  const { quit, exits, errors } = quitting(() => Promise.reject(new Error('stuck')));
  quit();
  await expect.poll(() => exits).toEqual([0]);
  expect(errors).toHaveLength(1);
});

test('an installer ends the application instead, and its own quit is let through', async () => {
  let installed = 0;
  const { quit, exits, prevented } = quitting(
    async () => {},
    () => {
      installed += 1;
      return true;
    },
  );
  quit();
  await expect.poll(() => installed).toBe(1);
  quit();
  expect([prevented(), exits, installed]).toEqual([1, [], 1]);
});
