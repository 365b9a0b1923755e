import { expect, test } from 'vitest';
import type { RequestRecord } from '../../main/journal/record.ts';
import { resultText } from '../../renderer/panel/test-line.tsx';

const attempt = { via: 'a', label: 'you@example.com', reason: 'its owner tests this account' };

function record(changes: Partial<RequestRecord>): RequestRecord {
  const base = { id: 'r', startedAt: 0, tool: 'Fusebox test', path: '/v1/messages', reason: '', totalMs: 640 };
  return { ...base, route: 'local', status: 200, attempts: [], ...changes };
}

test.each<[Partial<RequestRecord>, string]>([
  [
    { modelServed: 'claude-haiku-4-5', attempts: [{ ...attempt, outcome: 'served' }] },
    'Answered in 640 ms with claude-haiku-4-5',
  ],
  [
    { status: 429, attempts: [{ ...attempt, outcome: 'quota: You are over your limit: wait.' }] },
    'Did not answer: You are over your limit: wait.',
  ],
  [{ status: 499 }, 'No answer within 30 seconds.'],
  [{ status: 500, route: 'refused' }, 'Did not answer: status 500'],
])('a test that ended as %j is told in plain words', (changes, expected) => {
  expect(resultText(record(changes))).toBe(expected);
});
