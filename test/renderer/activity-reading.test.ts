import { expect, test } from 'vitest';
import { nextIndex } from '../../renderer/activity/list-keys.ts';
import {
  exactTime,
  filterOf,
  isNarrowed,
  isUnknown,
  noWishes,
  outcomeText,
  reasonText,
  rowTime,
  timeFormats,
  timingOf,
  tokenPair,
  tookText,
} from '../../renderer/activity/request-reading.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const utc = timeFormats({ timeZone: 'UTC' });

test('wishes become a filter without empty fields', () => {
  expect(filterOf({ ...noWishes, period: 'all' }, now)).toEqual({});
  expect(filterOf({ ...noWishes, period: 'day', tool: 'Amp', outcome: 'failed', text: '  opus ' }, now)).toEqual({
    since: now - 86_400_000,
    tool: 'Amp',
    outcome: 'failed',
    text: 'opus',
  });
});

test('the time alone narrows nothing, blanks do not either', () => {
  expect(isNarrowed({ ...noWishes, period: 'day', text: ' ' })).toBe(false);
  expect(isNarrowed({ ...noWishes, model: 'gpt-5' })).toBe(true);
});

test('a tool, account or model that filters lack is noticed', () => {
  const choices = { tools: ['Amp'], accounts: ['a'], models: ['m'] };
  const request = { id: '', startedAt: 0, path: '', route: 'local', reason: '', attempts: [], status: 200, totalMs: 0 };
  const known = { ...request, route: 'local' as const, tool: 'Amp', accountLabel: 'a', modelAsked: 'm' };
  expect(isUnknown(choices, known)).toBe(false);
  expect(isUnknown(choices, { ...known, tool: 'Codex' })).toBe(true);
  expect(isUnknown(choices, { ...known, accountLabel: 'b' })).toBe(true);
  expect(isUnknown(choices, { ...known, modelAsked: 'n' })).toBe(true);
});

test('an outcome names its status where that says more', () => {
  expect(outcomeText({ status: 200, route: 'local', attempts: [] })).toBe('Served');
  expect(outcomeText({ status: 499, route: 'local', attempts: [] })).toBe('Client left');
  expect(outcomeText({ status: 502, route: 'local', attempts: [] })).toBe('Failed · 502');
  expect(outcomeText({ status: 404, route: 'refused', attempts: [] })).toBe('Refused · 404');
});

test('an answer that broke off has failed although its status was 200', () => {
  const attempt = { via: 'a', label: 'a', reason: '', outcome: 'the upstream went silent' };
  expect(outcomeText({ status: 200, route: 'local', attempts: [attempt] })).toBe('Failed · 200');
});

test('tokens in count the cached ones', () => {
  const usage = { inputTokens: 1_000, cacheReadTokens: 10_000, cacheWriteTokens: 1_000, outputTokens: 450 };
  expect(tokenPair({ usage })).toBe('12k → 450');
  expect(tokenPair({})).toBeUndefined();
});

test('a refusal is told in words, and an unknown one without its underscores', () => {
  expect(reasonText({ route: 'refused', reason: 'model_not_found' })).toBe('no account serves this model');
  expect(reasonText({ route: 'refused', reason: 'something_new' })).toBe('something new');
  expect(reasonText({ route: 'local', reason: 'next in turn' })).toBe('next in turn');
});

test('times of today have seconds, others their day', () => {
  expect(rowTime(Date.parse('2026-11-22T09:05:07Z'), now, utc)).toBe('09:05:07');
  expect(rowTime(Date.parse('2026-11-21T23:59:07Z'), now, utc)).toBe('21 Nov 23:59');
  expect(exactTime(Date.parse('2026-11-21T23:59:07Z'), utc)).toBe('Sat, 21 Nov 2026, 23:59:07');
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1_000, '1.0 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 m 0 s'],
  [125_000, '2 m 5 s'],
])('%d ms took %s', (ms, words) => {
  expect(tookText(ms)).toBe(words);
});

test('the rest of an answer is what follows its first byte', () => {
  expect(timingOf({ firstByteMs: 300, totalMs: 900 })).toEqual({ firstByteMs: 300, restMs: 600, totalMs: 900 });
  expect(timingOf({ totalMs: 900 })).toEqual({ totalMs: 900 });
});

test.each([
  ['ArrowDown', -1, 0],
  ['ArrowUp', 0, 0],
  ['ArrowDown', 99, 99],
  ['PageDown', 5, 15],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 5, 99],
])('%s leads from row %d to row %d of a hundred', (key, from, to) => {
  expect(nextIndex(key, from, 100, 10)).toBe(to);
});

test('other keys lead nowhere, nor does any in an empty list', () => {
  expect(nextIndex('a', 0, 100, 10)).toBeUndefined();
  expect(nextIndex('ArrowDown', -1, 0, 10)).toBeUndefined();
});
