import { describe, expect, it } from 'vitest';
import { classify } from '../../../main/providers/claude/faults.ts';
import type { Fault, UpstreamHeaders } from '../../../main/providers/contract.ts';
import { quotaHeaders } from '../../upstreams/anthropic/quota.ts';
import { type LimitHint, rateLimited } from '../../upstreams/anthropic/replies.ts';

const now = Date.UTC(2026, 10, 22);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function fault(status: number, type: string, message: string, headers: UpstreamHeaders = {}): Fault {
  return classify({ status, headers, body: JSON.stringify({ type: 'error', error: { type, message } }) }, now);
}

function limit(hint: LimitHint, seconds: number): Fault {
  const quota = {
    '5h': { utilization: 0.2, reset: now / 1000 + 3600, status: 'allowed' as const },
    '7d': { utilization: 0.2, reset: now / 1000 + 86_400, status: 'allowed' as const },
  };
  const { error, headers = {} } = rateLimited(hint, seconds, now, quota);
  return fault(error.status, error.type, error.message, headers);
}

describe('a used-up limit', () => {
  it('concerns the account until its window resets', () => {
    expect(limit('unified-5h', 1800)).toMatchObject({
      scope: 'credential',
      kind: 'quota',
      status: 429,
      retryAfterMs: 30 * minuteMs,
    });
    expect(limit('unified-7d', 3 * 86_400)).toMatchObject({
      scope: 'credential',
      kind: 'quota',
      retryAfterMs: 3 * dayMs,
    });
  });

  it('concerns the family when only its window is used up', () => {
    expect(limit('unified-7d_oi', 86_400)).toMatchObject({ scope: 'family', kind: 'quota', retryAfterMs: dayMs });
  });

  it('ends with the latest of the resets that apply', () => {
    const headers = quotaHeaders({
      '5h': { utilization: 1, reset: now / 1000 + 600, status: 'rejected' },
      '7d': { utilization: 1, reset: now / 1000 + 86_400, status: 'rejected' },
      '7d_oi': { utilization: 0.2, reset: now / 1000 + 500_000, status: 'allowed' },
    });
    expect(fault(429, 'rate_limit_error', 'x', { ...headers, 'retry-after': '60' }).retryAfterMs).toBe(dayMs);
  });

  it.each([
    ['unified-5h', 2 * 86_400, 5 * hourMs + 10 * minuteMs],
    ['unified-7d', 7.9 * 86_400, 7 * dayMs + hourMs],
    ['unified-7d', 9 * 86_400, undefined],
    ['unified-7d', -60, undefined],
  ] as const)('(%s, %d s away) is not believed beyond its window', (hint, seconds, wait) => {
    expect(limit(hint, seconds).retryAfterMs).toBe(wait);
  });

  it('is known from the unified status alone', () => {
    const headers = { 'anthropic-ratelimit-unified-status': 'rejected', 'retry-after': '120' };
    expect(fault(429, 'rate_limit_error', 'x', headers)).toMatchObject({
      scope: 'credential',
      retryAfterMs: 2 * minuteMs,
    });
  });
});

describe('a burst', () => {
  it.each(['retry-after', 'http-date', 'retry-after-ms'] as const)('concerns the model for the time of %s', (hint) => {
    expect(limit(hint, 42)).toMatchObject({ scope: 'model', kind: 'quota', status: 429, retryAfterMs: 42_000 });
  });

  it('without a hint has no end', () => {
    expect(limit('none', 42)).not.toHaveProperty('retryAfterMs');
    expect(fault(429, 'rate_limit_error', 'x', { 'retry-after': 'soon' })).not.toHaveProperty('retryAfterMs');
    expect(fault(429, 'rate_limit_error', 'x', { 'retry-after': '0' })).not.toHaveProperty('retryAfterMs');
  });

  it('that is about paid speed concerns the request only', () => {
    const allowed = { 'anthropic-ratelimit-unified-status': 'allowed', 'retry-after': '60' };
    for (const text of ['Fast request rejected', 'Usage credits are required for this']) {
      expect(fault(429, 'rate_limit_error', text, allowed)).toEqual({
        scope: 'request',
        kind: 'quota',
        status: 429,
        type: 'rate_limit_error',
        message: text,
      });
    }
  });
});

describe('other refusals', () => {
  it.each([
    [400, 'invalid_request_error', 'max_tokens: Field required', 'request', 'invalid', 400],
    [400, 'invalid_request_error', 'This model does not support the effort parameter.', 'request', 'invalid', 400],
    [400, 'invalid_request_error', 'adaptive thinking is not supported on this model', 'request', 'invalid', 400],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the API', 'credential', 'quota', 400],
    [400, 'invalid_request_error', 'This model is not available on your plan', 'model', 'unsupported', 400],
    [
      400,
      'invalid_request_error',
      'The long context beta is not yet available for this subscription.',
      'request',
      'unsupported',
      400,
    ],
    [401, 'authentication_error', 'Invalid bearer token', 'credential', 'auth', 401],
    [402, 'billing_error', 'pay', 'credential', 'quota', 402],
    [403, 'permission_error', 'Your account does not have access to model claude-opus-5', 'model', 'unsupported', 403],
    [
      403,
      'permission_error',
      'OAuth authentication is currently not allowed for this organization.',
      'credential',
      'unsupported',
      403,
    ],
    [403, 'permission_error', 'OAuth token has been revoked. Please obtain a new token.', 'credential', 'auth', 401],
    [403, 'odd_error', 'no', 'request', 'invalid', 403],
    [404, 'not_found_error', 'model: claude-opus-9', 'model', 'unsupported', 404],
    [404, 'not_found_error', 'Not Found', 'request', 'invalid', 404],
    [408, 'timeout_error', 'x', 'model', 'overload', 408],
    [409, 'invalid_request_error', 'x', 'request', 'invalid', 409],
    [413, 'request_too_large', 'x', 'request', 'invalid', 413],
    [422, 'invalid_request_error', 'x', 'request', 'invalid', 422],
    [500, 'api_error', 'x', 'model', 'overload', 500],
    [502, 'api_error', 'x', 'model', 'overload', 502],
    [529, 'overloaded_error', 'Overloaded', 'model', 'overload', 529],
  ] as const)('%i %s "%s" concern the %s: %s', (status, type, message, scope, kind, shown) => {
    expect(fault(status, type, message)).toMatchObject({ scope, kind, status: shown, type, message });
  });

  it('of a firewall are not the account’s words', () => {
    const body = '<!DOCTYPE html><title>Just a moment...</title>';
    const page = classify({ status: 403, headers: { 'content-type': 'text/html' }, body }, now);
    expect(page).toEqual({
      scope: 'credential',
      kind: 'overload',
      status: 503,
      message: 'Claude answered with status 403',
    });
    const mitigated = classify({ status: 403, headers: { 'cf-mitigated': 'challenge' }, body: '' }, now);
    expect(mitigated).toMatchObject({ scope: 'credential', kind: 'overload' });
  });

  it('keep the wait that an overloaded upstream asks for', () => {
    expect(fault(529, 'overloaded_error', 'x', { 'retry-after': ['7', '9'] }).retryAfterMs).toBe(7000);
    expect(fault(503, 'api_error', 'x', { 'retry-after': '86400' }).retryAfterMs).toBe(hourMs);
  });

  it('within a stream that began well are told by their type', () => {
    expect(fault(200, 'overloaded_error', 'Overloaded')).toMatchObject({ kind: 'overload', status: 529 });
    expect(fault(200, 'rate_limit_error', 'x')).toMatchObject({ scope: 'model', kind: 'quota', status: 429 });
    expect(classify({ status: 200, headers: {}, body: 'odd' }, now)).toMatchObject({ kind: 'overload', status: 502 });
  });

  it('survive any body', () => {
    for (const body of ['', 'null', '[]', '{"error":"text"}', '{"error":null}', '{"error":{"message":7}}', '\u0000']) {
      expect(classify({ status: 400, headers: {}, body }, now)).toEqual({
        scope: 'request',
        kind: 'invalid',
        status: 400,
        message: 'Claude answered with status 400',
      });
    }
  });

  it('never repeat a token', () => {
    const message = fault(401, 'authentication_error', 'bad key sk-ant-api03-abc_DEF-123, sorry').message;
    expect(message).toBe('bad key sk-ant-…, sorry');
  });
});

describe('the network', () => {
  it.each([
    ['ENOTFOUND', 502],
    ['ECONNRESET', 502],
    ['timeout', 504],
    ['UND_ERR_CONNECT_TIMEOUT', 504],
    ['ETIMEDOUT', 504],
  ])('(%s) is no fault of the account', (code, status) => {
    const message = 'connect to http://user:password@proxy failed';
    const result = classify({ networkError: { code, message } }, now);
    expect(result).toMatchObject({ scope: 'request', kind: 'network', status });
    expect(result.message).toContain(code);
    expect(result.message).not.toContain('password');
  });
});
