import { expect, test } from 'vitest';
import type { AttemptRecord, RequestRecord } from '../../../main/journal/record.ts';
import {
  batchOf,
  GrowingBatch,
  recordsOf,
  type SharedPart,
  sharedParts,
  withoutFirst,
} from '../../../main/journal/store/batch.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const attempt = { via: 'a', label: 'A', reason: 'the only account', outcome: 'served', status: 200 };
const asIs = (text: string) => text;

let count = 0;
const record = (more: Partial<RequestRecord> = {}): RequestRecord => ({
  id: `id-${++count}`,
  startedAt: 1_800_000_000_000 + count,
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

test('what requests have in common is there once, and nothing is lost', () => {
  const records = [
    record(),
    record({ firstByteMs: 7 }),
    record({ tool: 'Amp CLI' }),
    record({ usage: { ...usage, reasoningTokens: 0 } }),
    record({ firstByteMs: 0, usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 3, cacheWriteTokens: 4 } }),
    record({ status: 499 }),
  ];
  const { usage: _none, ...without } = record();
  const batch = batchOf([...records, without], asIs);
  expect(recordsOf(batch)).toEqual([...records, without]);
  expect(sharedParts(batch.shared).length).toBe(3);
});

test('any difference in what is shared tells two requests apart', () => {
  const fields: Required<Omit<SharedPart, 'attempts'>> = {
    tool: 'Amp CLI',
    wireFormat: 'gemini',
    path: '/v1/responses',
    modelAsked: 'm',
    modelServed: 'n',
    route: 'amp',
    reason: 'another',
    accountLabel: 'A',
    status: 499,
    paidBy: 'subscription',
    ampCredit: 'saved',
  };
  const attempts: Required<AttemptRecord> = { via: 'b', label: 'B', reason: 'first', outcome: 'overload', status: 529 };
  const others: Partial<RequestRecord>[] = [
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ...Object.entries(attempts).map(([name, value]) => ({ attempts: [{ ...attempt, [name]: value }] })),
    { attempts: [] },
    { attempts: [attempt, attempt] },
    { attempts: [{ via: 'a', label: 'A', reason: 'the only account', outcome: 'served' }] },
  ];
  for (const more of others) {
    const records = [record(), record(more), record(), record(more)];
    const batch = batchOf(records, asIs);
    expect(recordsOf(batch)).toEqual(records);
    expect(sharedParts(batch.shared).length, JSON.stringify(more)).toBe(2);
  }
});

test('a member without a value is the same as none', () => {
  const unset = { paidBy: undefined } as unknown as Partial<RequestRecord>;
  expect(sharedParts(batchOf([record(), record(unset), record()], asIs).shared).length).toBe(1);
});

test('records that differ from all before them are told apart without looking at each', () => {
  const records = Array.from({ length: 1_000 }, (_, at) => record({ reason: `reason ${at}` }));
  const batch = batchOf([...records, ...records], asIs);
  expect(sharedParts(batch.shared).length).toBe(2_000);
  expect(recordsOf(batch)).toEqual([...records, ...records]);
});

test('secrets are masked in what is shared', () => {
  const leaky = [record({ reason: 'key sk-1' }), record({ reason: 'key sk-1' })];
  const batch = batchOf(leaky, (said) => said.replaceAll('sk-1', '…'));
  expect(JSON.stringify(batch)).not.toContain('sk-1');
  expect(sharedParts(batch.shared)).toMatchObject([{ reason: 'key …' }]);
});

test('a batch that was taken stays as it is while the next one grows', () => {
  const growing = new GrowingBatch(2);
  const [first, second, third] = [record(), record({ status: 499 }), record()];
  growing.add(first);
  growing.add(second);
  expect(growing.size).toBe(2);
  expect(() => growing.add(third)).toThrow('full');
  const taken = growing.take(asIs);
  expect(growing.size).toBe(0);
  growing.add(third);
  expect(recordsOf(taken)).toEqual([first, second]);
  expect(recordsOf(growing.take(asIs))).toEqual([third]);
  expect(recordsOf(growing.take(asIs))).toEqual([]);
});

test('the oldest can be left out', () => {
  const records = [record(), record({ status: 499 }), record()];
  expect(recordsOf(withoutFirst(batchOf(records, asIs), 2))).toEqual(records.slice(2));
});
