import type { RequestRecord } from '../../main/journal/record.ts';

/** Sunday, 22 November 2026, 12:00 UTC. */
export const start = Date.parse('2026-11-22T12:00:00Z');

/** An id as the gateway gives it: it tells its number. */
export function idOf(number: number): string {
  return `01a20152-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** A request that a subscription has served, one a second. */
export function request(number: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const accountLabel = changes.accountLabel ?? 'you@example.com';
  return {
    id: idOf(number),
    startedAt: start + number * 1000,
    tool: 'Amp',
    wireFormat: 'anthropic',
    path: '/api/provider/anthropic/v1/messages',
    modelAsked: 'claude-opus-4-7',
    modelServed: 'claude-opus-4-7-20260401',
    route: 'local',
    reason: 'the only account that serves this model',
    accountLabel,
    attempts: [
      { via: `id of ${accountLabel}`, label: accountLabel, reason: 'the only account', outcome: 'served', status: 200 },
    ],
    status: 200,
    firstByteMs: 300,
    totalMs: 900,
    usage: { inputTokens: 10, outputTokens: 20, cacheReadTokens: 70, cacheWriteTokens: 20 },
    paidBy: 'subscription',
    ampCredit: 'saved',
    ...changes,
  };
}

/** What no account serves, so that Amp did. */
export function byAmp(number: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const { accountLabel: _, usage: _usage, ...rest } = request(number);
  return {
    ...rest,
    modelAsked: 'somebody-elses-model',
    modelServed: 'somebody-elses-model',
    route: 'amp',
    reason: 'no account serves somebody-elses-model',
    attempts: [{ via: 'amp', label: 'Amp', reason: 'no account serves it', outcome: 'served', status: 200 }],
    paidBy: 'amp-credits',
    ampCredit: 'used',
    ...changes,
  };
}

export function refused(number: number): RequestRecord {
  return {
    id: idOf(number),
    startedAt: start + number * 1000,
    tool: 'curl',
    wireFormat: 'anthropic',
    path: '/v1/messages',
    modelAsked: 'gpt-9',
    route: 'refused',
    reason: 'model_not_found',
    attempts: [],
    status: 404,
    totalMs: 2,
  };
}

/** Its first account was at its limit, and so was the next. */
export function overLimit(number: number): RequestRecord {
  return request(number, {
    status: 429,
    attempts: [
      { via: 'a', label: 'a@example.com', reason: 'next in turn', outcome: 'quota: used up', status: 429 },
      { via: 'b', label: 'you@example.com', reason: 'next in order', outcome: 'quota: used up', status: 429 },
    ],
    tool: 'Claude Code',
    path: '/v1/messages',
  });
}
