import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openThinkingFile } from '../../main/engine/thinking-file.ts';
import type { AnswerEvent } from '../../main/protocols/answer.ts';
import { FakeClock } from '../fakes/clock.ts';

const answer: AnswerEvent[] = [
  { type: 'open', part: 0, start: { kind: 'thinking' } },
  { type: 'delta', part: 0, text: 'a private thought' },
  { type: 'signature', part: 0, signature: 'EqQB' },
  { type: 'open', part: 1, start: { kind: 'tool-call', id: 'call_1', name: 'ls' } },
  { type: 'finish', reason: 'tool-calls' },
];

let file = '';
let key: string | undefined;
const warnings: string[] = [];

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fusebox-thinking-'));
  file = join(folder, 'thinking');
  key = undefined;
  warnings.length = 0;
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

function open(clock = new FakeClock()) {
  return openThinkingFile({
    file,
    clock,
    key: () => key,
    setKey: async (made) => {
      key = made;
    },
    log: { warn: (message) => void warnings.push(message) },
  });
}

test('signed thinking is there after a restart, and nobody can read its file', async () => {
  const { memory, close } = await open();
  memory.recorder('s')(answer);
  await close();
  expect(await readFile(file, 'latin1')).not.toContain('private');
  expect(Buffer.from(await readFile(file, 'utf8'), 'base64').toString('latin1')).not.toContain('private');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const again = await open();
  expect(again.memory.all()).toEqual(memory.all());
  expect(again.memory.all()[0]?.turn.thinking[0]?.text).toBe('a private thought');
});

test('many answers are one write, ten seconds after the first', async () => {
  const clock = new FakeClock();
  const { memory, close } = await open(clock);
  memory.recorder('a')(answer);
  memory.recorder('b')(answer);
  clock.advance(9_999);
  await expect(stat(file)).rejects.toThrow('ENOENT');
  clock.advance(1);
  await close();
  expect((await open()).memory.all()).toHaveLength(2);
});

test('nothing is written where nothing was signed', async () => {
  const { close } = await open();
  await close();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(key).toBeUndefined();
});

test.each([
  ['was changed', async () => writeFile(file, 'AAAA')],
  [
    'has another key',
    async () => {
      key = Buffer.alloc(32).toString('base64');
    },
  ],
])('a file that %s is given up with a word in the log', async (_, spoil) => {
  const { memory, close } = await open();
  memory.recorder('s')(answer);
  await close();
  await spoil();
  expect((await open()).memory.all()).toEqual([]);
  expect(warnings).toEqual(['Saved thinking could not be read; it was given up']);
  await expect(stat(file)).rejects.toThrow('ENOENT');
});
