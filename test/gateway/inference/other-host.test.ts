import { expect, test } from 'vitest';
import type { AttemptOutcome } from '../../../main/gateway/inference/attempt.ts';
import { atOtherHost } from '../../../main/gateway/inference/other-host.ts';
import type { PreparedCall } from '../../../main/gateway/inference/translation/prepared-call.ts';
import type { Fault } from '../../../main/providers/contract.ts';

const call = { origin: 'https://one', path: '/x', method: 'POST', headers: {}, body: [] } as const;
const prepared: PreparedCall = {
  call: { ...call, otherOrigin: 'https://two' },
  format: 'gemini',
  stream: true,
  repair: () => undefined,
  dropped: [],
  changed: [],
};
const failed: AttemptOutcome = { kind: 'failed', failure: { status: 503, headers: {}, body: '' } };
const fault = (kind: Fault['kind'], scope: Fault['scope']): Fault => ({ kind, scope, status: 503, message: 'x' });

test.each([fault('overload', 'model'), fault('quota', 'model'), fault('network', 'request')])(
  'a host without room sends the call to the other one, once: %j',
  (one) => {
    const again = atOtherHost(prepared, failed, one);
    expect(again?.call).toEqual({ ...call, origin: 'https://two' });
    expect(again && atOtherHost(again, failed, one)).toBeUndefined();
  },
);

test.each([
  ['an account that has used up its quota', failed, fault('quota', 'family')],
  ['a refused credential', failed, fault('auth', 'credential')],
  ['a bad request', failed, fault('invalid', 'request')],
  ['an answer that has begun', { kind: 'served', status: 200, lost: 'x' } as const, fault('overload', 'model')],
  ['a client that went away', { kind: 'gone' } as const, undefined],
])('%s is the same at every host', (_name, outcome, one) => {
  expect(atOtherHost(prepared, outcome, one)).toBeUndefined();
});
