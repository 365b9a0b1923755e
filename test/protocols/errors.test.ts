import { describe, expect, it } from 'vitest';
import { errorRenderers, modelLists } from '../../main/protocols/index.ts';
import { parseEvent } from '../../main/protocols/sse.ts';
import type { RenderableError, WireFormatId } from '../../main/protocols/wire-format.ts';

function body(format: WireFormatId, status: number, more: Partial<RenderableError> = {}) {
  return JSON.parse(
    errorRenderers[format].body({ status, code: 'some_code', message: 'm "quoted"\nline', ...more }, 'req_1'),
  );
}

function streamed(format: WireFormatId, status: number, code = 'some_code') {
  const text = errorRenderers[format].streamEvent({ status, code, message: 'two\nlines' });
  const event = parseEvent(Buffer.from(text));
  return { text, type: event?.type, data: JSON.parse(event?.data.toString() ?? '') };
}

describe('failures before the first byte', () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [409, 'invalid_request_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('have the type of status %i in the Anthropic format', (status, type) => {
    expect(body('anthropic', status)).toEqual({
      type: 'error',
      error: { type, message: 'm "quoted"\nline' },
      request_id: 'req_1',
    });
  });

  it.each([
    [400, 'invalid_request_error', 'some_code'],
    [401, 'authentication_error', 'invalid_api_key'],
    [403, 'permission_error', 'some_code'],
    [404, 'invalid_request_error', 'some_code'],
    [429, 'rate_limit_error', 'rate_limit_exceeded'],
    [503, 'server_error', 'some_code'],
  ])('have the type and code of status %i in both OpenAI formats', (status, type, code) => {
    const expected = { error: { message: 'm "quoted"\nline', type, param: null, code } };
    expect(body('openai-chat', status)).toEqual(expected);
    expect(body('openai-responses', status)).toEqual(expected);
  });

  it('name the field and keep the quota code in the OpenAI formats', () => {
    expect(body('openai-chat', 400, { param: 'model' }).error.param).toBe('model');
    expect(body('openai-responses', 429, { code: 'insufficient_quota' }).error.code).toBe('insufficient_quota');
  });

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [429, 'RESOURCE_EXHAUSTED'],
    [499, 'CANCELLED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('have the name of status %i in the Gemini format', (status, name) => {
    expect(body('gemini', status).error).toMatchObject({ code: status, status: name, message: 'm "quoted"\nline' });
  });

  it('tell Gemini clients when to come back, rounded up', () => {
    const { details } = body('gemini', 429, { retryAfterMs: 61_001, param: 'contents' }).error;
    expect(details).toContainEqual({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '62s' });
    expect(details).toContainEqual({ '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'req_1' });
    expect(details[1].fieldViolations[0].field).toBe('contents');
  });
});

describe('failures within a stream', () => {
  it('are one whole event each', () => {
    for (const format of ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const) {
      expect(streamed(format, 502).text).toMatch(/^[^\n]+\n(data: [^\n]+\n)?\n$/);
    }
  });

  it('have types that clients retry when the upstream is lost', () => {
    expect(streamed('anthropic', 502)).toMatchObject({
      type: 'error',
      data: { type: 'error', error: { type: 'api_error' } },
    });
    expect(streamed('anthropic', 504).data.error.type).toBe('api_error');
    expect(streamed('anthropic', 503).data.error.type).toBe('overloaded_error');
    expect(streamed('anthropic', 429).data.error.type).toBe('rate_limit_error');
    expect(streamed('openai-chat', 502)).toMatchObject({ type: '', data: { error: { type: 'server_error' } } });
    expect(streamed('openai-responses', 502)).toMatchObject({
      type: 'response.failed',
      data: { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    });
    expect(streamed('gemini', 502).data.error).toMatchObject({ code: 502, status: 'UNAVAILABLE' });
  });
});

describe('lists of models', () => {
  const models = [
    {
      id: 'claude-haiku-4-5-20251001',
      displayName: 'Haiku',
      contextWindow: 200_000,
      maxOutput: 64_000,
      ownedBy: 'claude',
    },
    { id: 'claude-opus-5', displayName: 'Opus', contextWindow: 1_000_000, maxOutput: 128_000 },
  ];

  it('have the limits in every format', () => {
    expect(JSON.parse(modelLists.anthropic.list(models))).toMatchObject({
      first_id: 'claude-haiku-4-5-20251001',
      last_id: 'claude-opus-5',
      has_more: false,
      data: [
        {
          type: 'model',
          display_name: 'Haiku',
          created_at: '2025-10-01T00:00:00.000Z',
          max_input_tokens: 200_000,
          max_tokens: 64_000,
        },
        { created_at: '1970-01-01T00:00:00.000Z' },
      ],
    });
    expect(JSON.parse(modelLists['openai-chat'].list(models))).toMatchObject({
      object: 'list',
      data: [
        { object: 'model', created: 1_759_276_800, owned_by: 'claude', context_length: 200_000 },
        { owned_by: 'fusebox' },
      ],
    });
    expect(JSON.parse(modelLists.gemini.list(models)).models[1]).toMatchObject({
      name: 'models/claude-opus-5',
      inputTokenLimit: 1_000_000,
      outputTokenLimit: 128_000,
    });
  });

  it('may be empty', () => {
    expect(JSON.parse(modelLists.anthropic.list([]))).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });
});
