import { expect, test } from 'vitest';
import type { RequestRecord } from '../../../main/journal/record.ts';
import { batchOf, decodeBatch, encodeBatch } from '../../../main/journal/store/batch.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const attempt = { via: 'a', label: 'A', reason: 'the only account', outcome: 'served', status: 200 };

let count = 0;
const record = (more: Partial<RequestRecord> = {}): RequestRecord => ({
  id: `id-${++count}`,
  startedAt: count,
  tool: 'curl',
  path: '/v1/messages',
  route: 'local',
  reason: 'the only account',
  attempts: [{ ...attempt }],
  status: 200,
  totalMs: count,
  usage,
  ...more,
});

/** The records that a batch stands for. */
const whole = ({ shared, own }: ReturnType<typeof batchOf>) =>
  own.map(({ shared: place, ...one }) => ({ ...shared[place], ...one }));

test('what requests have in common is there once, and nothing is lost', () => {
  const records = [
    record(),
    record({ firstByteMs: 7 }),
    record({ tool: 'Amp CLI' }),
    record(),
    record({ status: 499 }),
  ];
  const batch = batchOf(records);
  expect(batch.shared.length).toBe(3);
  expect(whole(batch)).toEqual(records);
  expect(decodeBatch(encodeBatch(records, (text) => text))).toEqual(JSON.parse(JSON.stringify(batch)));
});

test('any difference in what is shared tells two requests apart', () => {
  const others: Partial<RequestRecord>[] = [
    { modelAsked: 'm' },
    { attempts: [] },
    { attempts: [attempt, attempt] },
    { attempts: [{ ...attempt, outcome: 'overloaded' }] },
    { attempts: [{ via: 'a', label: 'A', reason: 'the only account', outcome: 'served' }] },
    { paidBy: 'subscription' },
    { paidBy: 'subscription', ampCredit: 'saved' },
  ];
  const records = others.flatMap((more) => [record(), record(more), record()]);
  const batch = batchOf(records);
  expect(whole(batch)).toEqual(records);
  expect(batch.shared.length).toBe(others.length + 1);
});

test('a member without a value is the same as none', () => {
  const unset = { paidBy: undefined } as unknown as Partial<RequestRecord>;
  expect(batchOf([record(), record(unset), record()]).shared.length).toBe(1);
});

test('records that differ from all before them are told apart without looking at each', () => {
  const records = Array.from({ length: 1_000 }, (_, at) => record({ reason: `reason ${at}` }));
  const batch = batchOf([...records, ...records]);
  expect(batch.shared.length).toBe(2_000);
  expect(whole(batch)).toEqual([...records, ...records]);
});

test('secrets are masked in what is shared', () => {
  const text = encodeBatch([record({ reason: 'key sk-1' }), record({ reason: 'key sk-1' })], (said) =>
    said.replaceAll('sk-1', '…'),
  );
  expect(text).not.toContain('sk-1');
  expect(decodeBatch(text).shared).toMatchObject([{ reason: 'key …' }]);
});
