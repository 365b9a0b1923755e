import { describe, expect, it } from 'vitest';
import { classify } from '../../../main/providers/chatgpt/faults.ts';
import type { UpstreamHeaders } from '../../../main/providers/contract.ts';

const now = 1_800_000_000_000;
const seconds = now / 1000;
const minute = 60_000;

function fault(status: number, body: unknown, headers: UpstreamHeaders = {}) {
  return classify({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, now);
}

const limit = (more: object = {}) => ({
  error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', ...more },
});
const failed = (code: string, message = 'no') => ({
  type: 'response.failed',
  response: { status: 'failed', error: { code, message } },
});

describe('what a failure of the Codex backend means', () => {
  it.each<[string, number, unknown, UpstreamHeaders, object]>([
    [
      'a used-up plan, reset told as a time',
      429,
      limit({ resets_at: seconds + 3600 }),
      {},
      { scope: 'credential', kind: 'quota', retryAfterMs: 60 * minute },
    ],
    [
      'a used-up plan, reset told as a wait',
      429,
      limit({ resets_in_seconds: 90 }),
      {},
      { scope: 'credential', kind: 'quota', retryAfterMs: 90_000 },
    ],
    [
      'a used-up plan, reset told by headers of the window that is used up',
      429,
      limit(),
      {
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-window-minutes': '300',
        'x-codex-primary-reset-at': String(seconds + 600),
        'x-codex-secondary-used-percent': '40',
        'x-codex-secondary-window-minutes': '10080',
        'x-codex-secondary-reset-at': String(seconds + 90_000),
      },
      { scope: 'credential', kind: 'quota', retryAfterMs: 600_000 },
    ],
    [
      'a used-up plan, reset told by Retry-After',
      429,
      limit(),
      { 'retry-after': '30' },
      { scope: 'credential', kind: 'quota', retryAfterMs: 30_000 },
    ],
    ['a used-up plan without reset', 429, limit(), {}, { scope: 'credential', kind: 'quota', status: 429 }],
    [
      'a used-up plan told in a stream',
      200,
      { type: 'error', error: { type: 'usage_limit_reached', message: 'x', resets_in_seconds: 5 } },
      {},
      { scope: 'credential', kind: 'quota', status: 429, retryAfterMs: 5000 },
    ],
    [
      'a used-up limit of one model',
      429,
      limit(),
      { 'x-codex-active-limit': 'codex_bengalfox' },
      { scope: 'family', kind: 'quota' },
    ],
    [
      'a plan without Codex',
      403,
      { error: { type: 'usage_not_included', message: 'x' } },
      {},
      { scope: 'credential', kind: 'unsupported', retryAfterMs: 30 * minute },
    ],
    [
      'overload within a stream',
      200,
      failed('server_is_overloaded'),
      {},
      { scope: 'model', kind: 'overload', status: 503 },
    ],
    ['a request to slow down', 200, failed('slow_down'), {}, { scope: 'model', kind: 'overload' }],
    [
      'a model at capacity',
      400,
      { error: { message: 'Selected model is at capacity. Please try a different model.' } },
      {},
      { scope: 'model', kind: 'overload' },
    ],
    [
      'too many requests',
      429,
      { error: { code: 'rate_limit_exceeded', message: 'Please try again in 1.5s' } },
      {},
      { scope: 'model', kind: 'quota', retryAfterMs: 1500 },
    ],
    [
      'too many requests within a stream',
      200,
      failed('rate_limit_exceeded', 'try again in 1m2s'),
      {},
      { scope: 'model', kind: 'quota', status: 429, retryAfterMs: 62_000 },
    ],
    [
      'a conversation that is too long',
      200,
      failed('context_length_exceeded'),
      {},
      { scope: 'request', kind: 'invalid', status: 400 },
    ],
    [
      'a policy',
      400,
      { error: { code: 'cyber_policy', message: 'x' } },
      {},
      { scope: 'request', kind: 'invalid', type: 'cyber_policy' },
    ],
    [
      'a value that is too long',
      400,
      { error: { code: 'string_above_max_length', param: 'prompt_cache_key', message: 'x' } },
      {},
      { scope: 'request', kind: 'invalid', param: 'prompt_cache_key' },
    ],
    [
      'reasoning that cannot be read',
      400,
      { error: { code: 'invalid_encrypted_content', message: 'x' } },
      {},
      { scope: 'request', kind: 'invalid' },
    ],
    [
      'a model that the plan lacks',
      400,
      { detail: "The 'gpt-9' model is not supported when using Codex with a ChatGPT account." },
      {},
      {
        scope: 'model',
        kind: 'unsupported',
        message: "The 'gpt-9' model is not supported when using Codex with a ChatGPT account.",
      },
    ],
    ['a token that ended', 401, { detail: 'Unauthorized' }, {}, { scope: 'credential', kind: 'auth', status: 401 }],
    [
      'a session that was ended',
      403,
      { error: { code: 'token_invalidated', message: 'x' } },
      {},
      { scope: 'credential', kind: 'auth', status: 401 },
    ],
    [
      'a challenge page',
      403,
      '<!DOCTYPE html><title>Just a moment</title>',
      { 'cf-mitigated': 'challenge' },
      { scope: 'credential', kind: 'overload', status: 503, retryAfterMs: 10_000 },
    ],
    [
      'a country',
      403,
      { error: { code: 'unsupported_country_region_territory', message: 'x' } },
      {},
      { scope: 'credential', kind: 'unsupported' },
    ],
    [
      'a full connection pool',
      429,
      { error: { code: 'websocket_connection_limit_reached', message: 'x' } },
      {},
      { scope: 'request', kind: 'network' },
    ],
    [
      'a broken gateway',
      502,
      '<html>Bad gateway</html>',
      {},
      { scope: 'model', kind: 'overload', status: 502, message: 'ChatGPT answered with status 502' },
    ],
    [
      'a stream that failed without a reason',
      200,
      { type: 'response.failed', response: { status: 'failed' } },
      {},
      { scope: 'model', kind: 'overload', status: 500 },
    ],
  ])('%s', (_what, status, body, headers, expected) => {
    expect(fault(status, body, headers)).toMatchObject(expected);
  });

  it('believes no reset that has passed or is weeks away', () => {
    expect(fault(429, limit({ resets_at: seconds - 10 })).retryAfterMs).toBeUndefined();
    expect(fault(429, limit({ resets_at: seconds + 30 * 86_400 })).retryAfterMs).toBeUndefined();
  });

  it('blames no account for the network and names no proxy', () => {
    const error = { code: 'ECONNREFUSED', message: 'connect to http://user:secret@proxy' };
    expect(classify({ networkError: error }, now)).toEqual({
      scope: 'request',
      kind: 'network',
      status: 502,
      message: 'ChatGPT could not be reached (ECONNREFUSED)',
    });
  });

  it('quotes no key', () => {
    expect(fault(401, { error: { message: 'Incorrect API key provided: sk-proj-abcdef123456' } }).message).toBe(
      'Incorrect API key provided: sk-…',
    );
  });
});
