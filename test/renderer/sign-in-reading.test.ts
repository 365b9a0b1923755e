import { describe, expect, test } from 'vitest';
import type { ProviderView, SignInView } from '../../preload/contract.ts';
import {
  otherMethods,
  otherProvider,
  outcomeWords,
  problemWords,
  remaining,
  spokenStep,
  stepsOf,
} from '../../renderer/sign-in/sign-in-reading.ts';
import { noon } from '../desktop/app-states.ts';
import { browserPlace, signInView } from '../desktop/sign-in-views.ts';

const standings = (view: SignInView) => stepsOf(view).map(({ standing }) => standing);
const wordsOf = (view: SignInView) => stepsOf(view).map(({ words }) => words);

/** A view that has no browser, which the exact types do not let one set to undefined. */
function without<K extends keyof SignInView>(view: SignInView, key: K): Omit<SignInView, K> {
  const { [key]: _, ...rest } = view;
  return rest;
}

describe('a sign-in in the browser', () => {
  test('goes from opening over waiting to finishing', () => {
    const starting = { ...without(signInView(), 'browser'), phase: 'starting' as const };
    expect(standings(starting)).toEqual(['current', 'ahead', 'ahead']);
    expect(standings(signInView())).toEqual(['done', 'current', 'ahead']);
    expect(standings(signInView({ phase: 'finishing', step: 'fetching-profile' }))).toEqual([
      'done',
      'done',
      'current',
    ]);
    expect(standings(signInView({ phase: 'question', question: { kind: 'label' } }))).toEqual([
      'done',
      'done',
      'current',
    ]);
  });

  test('names the port it waits on', () => {
    expect(wordsOf(signInView())).toEqual(['Opened your browser', 'Waiting for you on port 54545', 'Finish']);
  });

  test('names who holds a port, and where it waits instead', () => {
    const browser = browserPlace({ port: 1457, busy: [{ port: 1455, reason: 'taken', holder: 'node (42)' }] });
    expect(wordsOf(signInView({ browser }))[1]).toBe('Port 1455 is taken by node (42). Waiting on port 1457 instead.');
  });

  test('says that only pasting helps when no port could be had', () => {
    const { port: _, ...browser } = browserPlace({ busy: [{ port: 1455, reason: 'excluded' }] });
    expect(wordsOf(signInView({ browser }))[1]).toBe(
      'Port 1455 is set aside by Windows. Paste the address you land on instead.',
    );
  });

  test('asks to open the page when no browser could be opened', () => {
    const view = signInView({ browser: browserPlace({ opened: false }) });
    expect(stepsOf(view)[0]).toMatchObject({ standing: 'current', words: 'Open the sign-in page in your browser' });
    expect(standings(view)).toEqual(['current', 'ahead', 'ahead']);
  });

  test('names what it does at the end, and that cancelling has to wait', () => {
    expect(wordsOf(signInView({ phase: 'finishing', step: 'finding-project' }))[2]).toBe('Finding your project');
    expect(wordsOf(signInView({ phase: 'finishing', cancelling: true }))[2]).toContain('Cancelling');
  });
});

test('a sign-in with a code says where to type it', () => {
  const device = { userCode: 'ABCD-1234', url: 'https://auth.openai.com/codex/device', opened: true };
  const view = { ...without(signInView({ method: 'device', device }), 'browser') };
  expect(wordsOf(view)).toEqual([
    'Type this code at auth.openai.com/codex/device',
    'Approve it there; Fusebox notices by itself',
    'Finish',
  ]);
  expect(standings(view)).toEqual(['current', 'ahead', 'ahead']);
});

test('a key has two steps', () => {
  const view = without(signInView({ method: 'api-key', phase: 'input' }), 'browser');
  expect(stepsOf(view).map(({ id, standing }) => [id, standing])).toEqual([
    ['fill', 'current'],
    ['finish', 'ahead'],
  ]);
});

test.each([
  [5 * 60_000, '5:00'],
  [61_000, '1:01'],
  [500, '0:01'],
  [-1, '0:00'],
])('%d ms are shown as %s', (ms, shown) => {
  expect(remaining(noon + ms, noon)).toBe(shown);
});

test('the outcome tells added, signed in again, and somebody else apart', () => {
  const outcome = { accountId: 'a', label: 'you@example.com', updated: false, otherAccount: false };
  expect(outcomeWords(outcome)).toBe('you@example.com is added');
  expect(outcomeWords({ ...outcome, updated: true })).toBe('you@example.com is signed in again');
  expect(outcomeWords({ ...outcome, updated: true, otherAccount: true })).toContain('another account');
});

test('a screen reader hears each step, the end, and what to do after a failure', () => {
  expect(spokenStep(signInView())).toBe('Claude: Waiting for you on port 54545');
  const problem = { code: 'expired' as const, message: 'It was not finished in time', fix: 'Start again.' };
  expect(spokenStep(signInView({ phase: 'failed', problem }))).toBe(
    'Claude: It was not finished in time. Start again.',
  );
  expect(spokenStep(signInView({ phase: 'cancelled' }))).toBe('Claude: sign-in cancelled');
});

test('sentences end once', () => {
  expect(problemWords({ message: 'No', fix: 'Do.' })).toBe('No. Do.');
  expect(problemWords({ message: 'No.' })).toBe('No.');
});

const provider = (id: string, ...methods: SignInView['method'][]): ProviderView => ({
  id,
  label: id,
  serves: true,
  methods: methods.map((method) => ({ method })),
});

test('the other ways of the same provider are offered', () => {
  const providers = [provider('claude', 'browser', 'api-key'), provider('chatgpt', 'device')];
  expect(otherMethods(signInView(), providers)).toEqual(['api-key']);
});

test('a plan that Gemini CLI is not served for is led to Antigravity, where that can be signed in to', () => {
  const problem = { code: 'plan_not_served' as const, message: 'Not served', fix: '' };
  const refused = signInView({ provider: 'gemini-cli', phase: 'failed', problem });
  const antigravity = provider('antigravity', 'browser');
  expect(otherProvider(refused, [antigravity])).toBe(antigravity);
  expect(otherProvider(refused, [provider('antigravity')])).toBeUndefined();
  expect(otherProvider({ ...refused, problem: { ...problem, code: 'network' } }, [antigravity])).toBeUndefined();
});
