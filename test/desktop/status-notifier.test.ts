import { expect, test } from 'vitest';
import { awaitTrayHost, findTrayHost, type RunProgram, runProgram } from '../../main/desktop/status-notifier.ts';
import { FakeClock } from '../fakes/clock.ts';

const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
const missing: RunProgram = async (file) => Promise.reject(new Error(`${file}: not found`));
const find = (run: RunProgram, environment: NodeJS.ProcessEnv = env) =>
  findTrayHost({ platform: 'linux', env: environment, run });

test.each([
  ['gdbus', '(true,)\n', 'present'],
  ['gdbus', '(false,)\n', 'absent'],
  ['busctl', 'b true\n', 'present'],
  ['dbus-send', 'method return time=1 sender=a\n   boolean false\n', 'absent'],
])('%s answering %j means %s', async (program, answer, host) => {
  expect(await find(async (file) => (file === program ? answer : missing(file, [])))).toBe(host);
});

test('it is unknown when nobody can be asked', async () => {
  expect(await find(missing)).toBe('unknown');
  expect(await find(async () => 'gibberish')).toBe('unknown');
});

test('without a session bus there is no tray, and nothing is started to find out', async () => {
  let asked = 0;
  const count: RunProgram = async () => {
    asked += 1;
    return '';
  };
  expect(await find(count, {})).toBe('absent');
  expect(await find(count, { XDG_RUNTIME_DIR: '/nowhere' })).toBe('absent');
  expect(asked).toBe(0);
});

test.each(['darwin', 'win32'] as const)('%s always shows tray icons', async (platform) => {
  expect(await findTrayHost({ platform, env: {}, run: missing })).toBe('present');
});

test('a hidden start asks again a little later, because the panel may start after us', async () => {
  const clock = new FakeClock();
  const answers = ['(false,)', '(true,)'];
  const run: RunProgram = async () => answers.shift() ?? '';
  const found = awaitTrayHost({ platform: 'linux', env, run }, clock, true);
  await expect.poll(() => clock.pending).toBe(1);
  clock.advance(4_000);
  expect(await found).toBe('present');
});

test('somebody who starts it by hand is not kept waiting', async () => {
  expect(await awaitTrayHost({ platform: 'linux', env, run: async () => '(false,)' }, new FakeClock(), false)).toBe(
    'absent',
  );
});

test('a program is run and its failure is a rejection', async () => {
  expect(await runProgram(process.execPath, ['-p', '1 + 1'])).toBe('2\n');
  await expect(runProgram(process.execPath, ['-e', 'process.exit(3)'])).rejects.toThrow();
});
