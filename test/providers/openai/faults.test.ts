import { describe, expect, it } from 'vitest';
import type { UpstreamHeaders } from '../../../main/providers/contract.ts';
import { createClassifier } from '../../../main/providers/openai/faults.ts';
import { type ChatError, errorBody, errors } from '../../upstreams/openai/errors.ts';

const classify = createClassifier('The server');
const fault = (error: ChatError, headers: UpstreamHeaders = {}) =>
  classify({ status: error.status, headers, body: JSON.stringify(errorBody(error)) }, 0);
const raw = (status: number, body: string, headers: UpstreamHeaders = {}) => classify({ status, headers, body }, 0);

describe('what a failure means', () => {
  it.each([
    ['a bad value', errors.badValue('stop', 'too long'), 'request', 'invalid', 400, undefined],
    ['no key', errors.noKey(), 'credential', 'auth', 401, undefined],
    ['a bad key', errors.badKey('sk-abcdefgh'), 'credential', 'auth', 401, undefined],
    ['an unknown model', errors.noModel('x'), 'model', 'unsupported', 404, undefined],
    ['an unknown path', errors.unknownUrl('POST', '/x'), 'request', 'invalid', 404, undefined],
    ['a burst with a wait in words', errors.rateLimit(), 'model', 'quota', 429, 1500],
    ['a burst without', errors.rateLimit('Slow down'), 'model', 'quota', 429, undefined],
    ['no credit', errors.noCredit(), 'credential', 'quota', 429, 1_800_000],
    ['overload', errors.overloaded(), 'model', 'overload', 503, undefined],
  ] as const)('%s', (_what, error, scope, kind, status, retryAfterMs) => {
    expect(fault(error)).toMatchObject({
      scope,
      kind,
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    expect(fault(error).retryAfterMs).toBe(retryAfterMs);
  });

  it('headers say best how long to wait', () => {
    expect(fault(errors.rateLimit(), { 'retry-after': '20' }).retryAfterMs).toBe(20_000);
    expect(fault(errors.overloaded(), { 'retry-after': '86400' }).retryAfterMs).toBe(3_600_000);
  });

  it.each([
    [402, '{"error":{"message":"Insufficient balance"}}', 'credential', 'quota'],
    [400, '{"error":{"message":"Insufficient Balance","type":"unknown_error"}}', 'credential', 'quota'],
    [400, '{"error":{"message":"The model foo does not exist"}}', 'model', 'unsupported'],
    [403, '{"error":{"message":"Your key may not use this model"}}', 'model', 'unsupported'],
    [403, '{"error":{"message":"Country not supported"}}', 'credential', 'unsupported'],
    [403, '<!DOCTYPE html><html></html>', 'credential', 'overload'],
    [408, '', 'model', 'overload'],
    [502, '<html>', 'model', 'overload'],
    [422, '{"detail":"no"}', 'request', 'invalid'],
  ] as const)('%i %s', (status, body, scope, kind) => {
    expect(raw(status, body)).toMatchObject({ scope, kind });
  });

  it('an error within a stream counts as the status that it stands for', () => {
    expect(raw(200, JSON.stringify(errorBody({ ...errors.rateLimit(), type: 'rate_limit_error' })))).toMatchObject({
      status: 429,
      kind: 'quota',
    });
    expect(raw(200, '{"message":"overloaded","type":"overloaded_error"}')).toMatchObject({ status: 503 });
    expect(raw(200, 'no JSON')).toMatchObject({ status: 502, kind: 'overload' });
  });

  it('the network is nobody’s fault', () => {
    const lost = classify({ networkError: { code: 'ECONNREFUSED', message: 'proxy http://u:secret@host' } }, 0);
    expect(lost).toMatchObject({ scope: 'request', kind: 'network', status: 502 });
    expect(lost.message).not.toContain('secret');
    expect(classify({ networkError: { code: 'ETIMEDOUT', message: '' } }, 0).status).toBe(504);
  });
});

it.each([
  ['{"error":{"message":"m"}}', 'm'],
  ['{"error":"words"}', 'words'],
  ['[{"error":{"message":"in a list"}}]', 'in a list'],
  ['{"object":"error","message":"vLLM"}', 'vLLM'],
  ['{"detail":"FastAPI"}', 'FastAPI'],
  ['{"msg":"iFlow"}', 'iFlow'],
  ['', 'The server answered with status 400'],
  ['<html>page</html>', 'The server answered with status 400'],
])('the words of %s are %s', (body, message) => {
  expect(raw(400, body).message).toBe(message);
});

it('shows no key that the server quotes', () => {
  expect(fault({ ...errors.badKey('x'), message: 'Incorrect key sk-proj-abc123***xyz.' }).message).not.toContain(
    'abc123',
  );
});
