import { expect, test } from 'vitest';
import { confirmRedirects, type RedirectQuestion } from '../../main/desktop/redirect-dialog.ts';
import { settingsHandlers } from '../../main/engine/calls/settings-handlers.ts';
import { memorySettings } from './memory-settings.ts';

const evil = 'https://user:password@evil.example';
const change = { path: ['endpoints', 'claude', 'api'], value: 'https://evil.example' };

/** The settings' calls, with an owner who answers by the place of a button. */
function asked(answer: () => Promise<number>) {
  const questions: RedirectQuestion[] = [];
  const parts = memorySettings();
  const approve = confirmRedirects(async (question) => {
    questions.push(question);
    return { response: await answer() };
  });
  const handlers = settingsHandlers({ ...parts, approve });
  return { set: handlers['settings.set'], current: parts.settings.current, questions };
}

test('an address is changed once the owner has said so, having seen it', async () => {
  const { set, current, questions } = asked(async () => 1);
  await set(change);
  expect(current().endpoints.claude?.api).toBe('https://evil.example');
  expect(questions).toHaveLength(1);
  expect(questions[0]?.detail).toContain('endpoints.claude.api\nto https://evil.example');
});

test.each([0, 2])('answer %i changes nothing, and the safe answer is what Enter and Escape give', async (response) => {
  const { set, current, questions } = asked(async () => response);
  await expect(set(change)).rejects.toMatchObject({ code: 'not_confirmed' });
  expect(current().endpoints.claude?.api).toBeUndefined();
  expect(questions[0]).toMatchObject({ defaultId: 0, cancelId: 0, buttons: ['Keep as it is', 'Change address'] });
});

test('what sends nothing elsewhere is not asked about', async () => {
  const { set, questions } = asked(async () => 0);
  await set({ path: ['desktop', 'hide-emails'], value: true });
  await set({ path: ['proxy-url'], value: 'direct' });
  expect(questions).toEqual([]);
});

test('who asks while a question is open is refused, and may ask again afterwards', async () => {
  let answer = (_response: number) => {};
  const { set, questions } = asked(() => new Promise((resolve) => (answer = resolve)));
  const first = set(change);
  await expect(set(change)).rejects.toMatchObject({ code: 'busy' });
  answer(0);
  await expect(first).rejects.toMatchObject({ code: 'not_confirmed' });
  const again = set(change);
  answer(1);
  await again;
  expect(questions).toHaveLength(2);
});

test('what was answered holds for the settings as they were only', async () => {
  let answer = (_response: number) => {};
  const { set, current } = asked(() => new Promise((resolve) => (answer = resolve)));
  const first = set(change);
  await set({ path: ['desktop', 'hide-emails'], value: true });
  answer(1);
  await expect(first).rejects.toMatchObject({ message: expect.stringContaining('has changed meanwhile') });
  expect(current().endpoints.claude?.api).toBeUndefined();
});

test('a password within an address is not shown', async () => {
  const { set, questions } = asked(async () => 0);
  await expect(set({ path: ['proxy-url'], value: evil })).rejects.toMatchObject({ code: 'not_confirmed' });
  expect(questions[0]?.detail).toContain('to https://evil.example');
  expect(questions[0]?.detail).not.toContain('password@');
});
