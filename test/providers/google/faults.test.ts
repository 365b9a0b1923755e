import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../main/providers/contract.ts';
import { createGoogleClassifier } from '../../../main/providers/google/faults.ts';
import type { Answer } from '../../upstreams/answer.ts';
import { errorInfo } from '../../upstreams/google/errors.ts';
import { errorAnswer, replyAnswer } from '../../upstreams/google/models/answer.ts';
import {
  activationPage,
  fails,
  type GoogleReply,
  limited,
  needsValidation,
  retired,
  serviceDisabled,
  validationPage,
} from '../../upstreams/google/models/replies.ts';

const now = Date.parse('2026-11-22T00:00:00Z');
const classify = createGoogleClassifier('Gemini');
const bodyOf = ({ parts }: Answer) => String(parts[0]);
const minutes = 60_000;

function faultOf(reply: GoogleReply, as: 'body' | 'array' = 'body'): Fault {
  const request = { contents: [] };
  const answer = replyAnswer(reply, { model: 'm', request, as, isEnveloped: false, responseId: 'r' });
  return classify({ status: answer.status, headers: {}, body: bodyOf(answer) }, now);
}

describe('429', () => {
  test.each<[string, GoogleReply, Partial<Fault>]>([
    [
      'a used-up quota of a day',
      limited('per-day', 3_600),
      { scope: 'family', kind: 'quota', retryAfterMs: 60 * minutes },
    ],
    [
      'a used-up quota that names its reset',
      limited('quota-exhausted', 7_200),
      { scope: 'family', retryAfterMs: 120 * minutes },
    ],
    ['a limit of a minute', limited('per-minute', 20), { scope: 'model', kind: 'quota', retryAfterMs: 20_000 }],
    ['a limit of a minute without a wait', limited('per-minute'), { scope: 'model', retryAfterMs: minutes }],
    ['a rate limit', limited('rate-limit', 3), { scope: 'model', kind: 'quota', retryAfterMs: 3_000 }],
    ['a rate limit without a wait', limited('rate-limit'), { scope: 'model', retryAfterMs: 10_000 }],
    ['a server without room', limited('capacity'), { scope: 'model', kind: 'overload' }],
    ['credits that are used up', limited('credits'), { scope: 'request', kind: 'quota' }],
  ])('%s', (_name, reply, fault) => {
    expect(faultOf(reply)).toMatchObject({ status: 429, ...fault });
    expect(faultOf(reply, 'array')).toEqual(faultOf(reply));
  });

  test('without details proves nothing of the quota', () => {
    const fault = faultOf(limited('bare'));
    expect(fault).toMatchObject({ scope: 'model', kind: 'quota' });
    expect(fault.retryAfterMs).toBeUndefined();
  });

  test('reads every way in which a reset is told', () => {
    const wait = (metadata: Record<string, string>) =>
      faultOf(fails(429, 'RESOURCE_EXHAUSTED', 'x', [errorInfo('QUOTA_EXHAUSTED', metadata)])).retryAfterMs;
    expect(wait({ quotaResetDelay: '900ms' })).toBe(900);
    expect(wait({ quotaResetDelay: '1h16m0.5s' })).toBe(76 * minutes + 500);
    expect(wait({ quotaResetTimeStamp: '2026-11-22T01:00:00Z' })).toBe(60 * minutes);
    expect(wait({ quotaResetTimeStamp: '2027-11-22T01:00:00Z' })).toBeUndefined();
    expect(faultOf(fails(429, 'RESOURCE_EXHAUSTED', 'Please retry in 34.07s.')).retryAfterMs).toBe(34_070);
    const body = bodyOf(errorAnswer({ status: 429, name: 'RESOURCE_EXHAUSTED', message: 'x' }));
    expect(classify({ status: 429, headers: { 'retry-after': '7' }, body }, now).retryAfterMs).toBe(7_000);
  });
});

test.each<[string, GoogleReply, Partial<Fault>]>([
  [
    'an account that must be verified, with the page',
    needsValidation(),
    {
      scope: 'credential',
      kind: 'unsupported',
      status: 403,
      type: 'VALIDATION_REQUIRED',
      message: `Verify your account to continue. See ${validationPage}`,
    },
  ],
  [
    'an API that is switched off, with the page',
    serviceDisabled(),
    { scope: 'credential', kind: 'unsupported', message: expect.stringContaining(`See ${activationPage}`) },
  ],
  [
    'a key that is none',
    fails(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [errorInfo('API_KEY_INVALID')]),
    { scope: 'credential', kind: 'auth', status: 401 },
  ],
  ['a token that has ended', fails(401, 'UNAUTHENTICATED', 'x'), { scope: 'credential', kind: 'auth', status: 401 }],
  [
    'a region',
    fails(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    { scope: 'credential', kind: 'unsupported' },
  ],
  [
    'a plan that is not served',
    fails(403, 'PERMISSION_DENIED', 'no', [errorInfo('UNSUPPORTED_CLIENT')]),
    { scope: 'credential', kind: 'unsupported' },
  ],
  [
    'a project without billing',
    fails(403, 'PERMISSION_DENIED', 'This API method requires billing to be enabled.'),
    { scope: 'credential', kind: 'quota' },
  ],
  [
    'a model that the account may not use',
    fails(403, 'PERMISSION_DENIED', 'No access to model x.'),
    { scope: 'model', kind: 'unsupported' },
  ],
  [
    'a refusal that names nothing',
    fails(403, 'PERMISSION_DENIED', 'Forbidden.'),
    { scope: 'request', kind: 'invalid' },
  ],
  [
    'a model that is not there',
    fails(404, 'NOT_FOUND', 'models/x is not found'),
    { scope: 'model', kind: 'unsupported', status: 404 },
  ],
  [
    'a bad request',
    fails(400, 'INVALID_ARGUMENT', 'Unknown name "x"'),
    { scope: 'request', kind: 'invalid', status: 400, message: 'Unknown name "x"' },
  ],
  [
    'a full server',
    fails(503, 'UNAVAILABLE', 'The model is overloaded.'),
    { scope: 'model', kind: 'overload', status: 503 },
  ],
  ['a cancelled call', fails(499, 'CANCELLED', 'x'), { scope: 'model', kind: 'overload', status: 503 }],
  [
    'a host that has retired this program',
    retired,
    { scope: 'credential', kind: 'unsupported', type: 'UNSUPPORTED_CLIENT' },
  ],
])('%s', (_name, reply, fault) => {
  expect(faultOf(reply)).toMatchObject(fault);
});

test('an error within a stream is what its own status says', () => {
  const body = JSON.stringify({
    error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details: [errorInfo('QUOTA_EXHAUSTED')] },
  });
  expect(classify({ status: 200, headers: {}, body }, now)).toMatchObject({
    scope: 'family',
    kind: 'quota',
    status: 429,
  });
});

test('a page of a firewall is no answer of Google’s', () => {
  const body = '<!DOCTYPE html><html></html>';
  expect(classify({ status: 403, headers: {}, body }, now)).toMatchObject({
    scope: 'credential',
    kind: 'overload',
    status: 503,
  });
  expect(classify({ status: 502, headers: {}, body }, now)).toMatchObject({
    message: 'Gemini answered with status 502',
  });
});

test('the network is nobody’s fault, and keys are not repeated', () => {
  expect(classify({ networkError: { code: 'ECONNREFUSED', message: 'x' } }, now)).toMatchObject({
    kind: 'network',
    status: 502,
  });
  const { message } = faultOf(fails(400, 'INVALID_ARGUMENT', 'Bad AIzaSyA123-x and ya29.abc'));
  expect(message).toBe('Bad AIza… and ya29.…');
});
