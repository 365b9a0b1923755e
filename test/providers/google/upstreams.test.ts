import { describe, expect, test } from 'vitest';
import { createAntigravityProvider } from '../../../main/providers/antigravity/index.ts';
import type { ServingProvider } from '../../../main/providers/contract.ts';
import { createGeminiProvider } from '../../../main/providers/gemini/index.ts';
import { createGeminiCliProvider } from '../../../main/providers/gemini-cli/index.ts';
import { createVertexProvider } from '../../../main/providers/vertex/index.ts';
import { accountOf, bodyOf, hello, prepared, urlOf } from './calls.ts';

const identity = { userAgent: 'Fusebox/1', newId: () => 'uuid-1' };
const gemini = createGeminiProvider(identity);
const vertex = createVertexProvider(identity);
const geminiCli = createGeminiCliProvider(identity);
const antigravity = createAntigravityProvider(identity);
const inProject = { account: { attributes: { project: 'p-1', location: 'us-east1' } } };
const keyed = { secret: { apiKey: 'AIzaKey' } };

describe('the Gemini API', () => {
  test('is called with the key, the client’s own query, and nothing of its headers', () => {
    const call = prepared(gemini, { query: 'alt=sse' }, keyed);
    expect(urlOf(call)).toBe(
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
    );
    expect(call.headers).toEqual({
      accept: 'text/event-stream, application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'Fusebox/1',
      'x-goog-api-key': 'AIzaKey',
    });
    expect(bodyOf(call)).toBe(hello);
    expect(call.answer).toBeUndefined();
  });

  test('is asked for events by clients of other formats, and for arrays by those who read arrays', () => {
    expect(prepared(gemini, { translatedFrom: 'anthropic' }, keyed).path).toContain(':streamGenerateContent?alt=sse');
    expect(prepared(gemini, { translatedFrom: 'anthropic', stream: false }, keyed).path).toMatch(/:generateContent$/);
    expect(prepared(gemini, {}, keyed).path).toMatch(/:streamGenerateContent$/);
  });

  test('takes a base URL with or without its version', () => {
    for (const api of ['http://proxy/g', 'http://proxy/g/', 'http://proxy/g/v1beta'])
      expect(urlOf(prepared(gemini, {}, { ...keyed, api }))).toContain('http://proxy/g/v1beta/models/gemini');
  });

  test('counts without what is not counted', () => {
    const body =
      '{"contents":[],"tools":[],"generation_config":{},"safetySettings":[],"systemInstruction":{"parts":[]}}';
    const call = prepared(gemini, { operation: 'count-tokens', stream: false, body }, keyed);
    expect(call.path).toMatch(/:countTokens$/);
    expect(bodyOf(call)).toBe('{"contents":[],"systemInstruction":{"parts":[]}}');
    expect(call.dropped).toEqual([]);
  });

  test('counts a whole request by the model’s own name', () => {
    const whole = (model: string) => `{"generateContentRequest":{"contents":[], "model":"models/${model}"}}`;
    const asked = { operation: 'count-tokens', stream: false, body: whole('work/alias') } as const;
    expect(bodyOf(prepared(gemini, asked, keyed))).toBe(whole('gemini-3-pro-preview'));
  });

  test('gets a request without its envelope', () => {
    const body = `{"model":"x","project":"p","request":${hello}}`;
    expect(bodyOf(prepared(gemini, { body }, keyed))).toBe(hello);
  });
});

describe('generation settings', () => {
  const config = (generationConfig: object, more: object = {}, provider: ServingProvider = gemini) => {
    const body = JSON.stringify({ contents: [], generationConfig });
    const call = prepared(provider, { body, ...more }, provider === gemini ? keyed : inProject);
    const json = JSON.parse(bodyOf(call));
    return { config: (json.request ?? json).generationConfig, changed: call.changed };
  };

  test('beyond the model’s limit are brought within it', () => {
    expect(config({ max_output_tokens: 99_999, topK: 3 })).toEqual({
      config: { max_output_tokens: 65_536, topK: 3 },
      changed: ['generationConfig.max_output_tokens'],
    });
  });

  test.each([
    ['gemini-3-pro-preview', { kind: 'level', level: 'high' }, { thinkingLevel: 'high' }],
    ['gemini-3-pro-preview', { kind: 'auto' }, {}],
    ['gemini-2.5-flash', { kind: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-flash', { kind: 'level', level: 'low' }, { thinkingBudget: 1_024 }],
    ['gemini-2.5-flash', { kind: 'auto' }, { thinkingBudget: -1 }],
    ['gemini-2.5-pro', { kind: 'budget', tokens: 90_000 }, { thinkingBudget: 32_768 }],
  ] as const)('%s thinks as its suffix asks: %j', (model, thinking, written) => {
    const before = { thinkingConfig: { includeThoughts: true, thinkingBudget: 7 } };
    expect(config(before, { model, thinking }).config.thinkingConfig).toEqual({ includeThoughts: true, ...written });
    expect(config({}, { model, thinking }).config?.thinkingConfig).toEqual(written);
  });

  test('of Claude models leave room for an answer', () => {
    const before = { maxOutputTokens: 2_000, thinkingConfig: { thinkingBudget: 4_000 } };
    expect(config(before, { model: 'claude-sonnet-4-6' }, antigravity).config.thinkingConfig).toEqual({
      thinkingBudget: 1_999,
    });
  });
});

describe('Vertex AI', () => {
  test('is called in the project and region with a token, in neither with a key', () => {
    expect(urlOf(prepared(vertex, {}, inProject))).toBe(
      'https://us-east1-aiplatform.googleapis.com/v1/projects/p-1/locations/us-east1/publishers/google/models/gemini-3-pro-preview:streamGenerateContent',
    );
    const global = { account: { attributes: { project: 'p-1', location: 'global' } } };
    expect(urlOf(prepared(vertex, {}, global))).toContain(
      'https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/',
    );
    const call = prepared(vertex, {}, keyed);
    expect(urlOf(call)).toContain(
      'https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-3-pro-preview:',
    );
    expect(call.headers).toMatchObject({ 'x-goog-api-key': 'AIzaKey' });
    expect(call.headers.authorization).toBeUndefined();
  });

  test('goes to another address for every region where one is set', () => {
    expect(urlOf(prepared(vertex, {}, { ...inProject, api: 'http://proxy/v' }))).toMatch(
      /^http:\/\/proxy\/v\/v1\/projects\/p-1\//,
    );
  });

  test('is told whose a turn is', () => {
    const body = '{"contents":[ {"parts":[]}, {"role":"model","parts":[]} ]}';
    expect(bodyOf(prepared(vertex, { body }, inProject))).toBe(
      '{"contents":[ {"role":"user","parts":[]}, {"role":"model","parts":[]} ]}',
    );
  });
});

describe('Gemini CLI', () => {
  test('has requests in its envelope, byte for byte', () => {
    const body = '{"contents":[{"role":"user","parts":[{"text":"a\\u00e9"}]}],"labels":{"n":12345678901234567890}}';
    const call = prepared(geminiCli, { body }, inProject);
    expect(urlOf(call)).toBe('https://cloudcode-pa.googleapis.com/v1internal:streamGenerateContent?alt=sse');
    expect(bodyOf(call)).toBe(`{"model":"gemini-3-pro-preview","project":"p-1","request":${body}}`);
    expect(call.headers.authorization).toBe('Bearer ya29.t');
    expect(call.answer).toEqual({ envelope: true });
  });

  test('takes the place of a client’s own envelope, and drops what Code Assist does not know', () => {
    const body = '{"model":"x","project":"theirs","request":{"contents":[],"cachedContent":"c"}}';
    const call = prepared(geminiCli, { body }, inProject);
    expect(bodyOf(call)).toBe('{"model":"gemini-3-pro-preview","project":"p-1","request":{"contents":[]}}');
    expect(call.dropped).toEqual(['cachedContent']);
  });

  test('counts with the model in the request, and without project', () => {
    const count = (body: string) => {
      const call = prepared(geminiCli, { operation: 'count-tokens', stream: false, body }, inProject);
      expect(call.path).toBe('/v1internal:countTokens');
      return bodyOf(call);
    };
    expect(count('{"contents":[],"tools":[]}')).toBe(
      '{"request":{"model":"models/gemini-3-pro-preview","contents":[]}}',
    );
    expect(count('{}')).toBe('{"request":{"model":"models/gemini-3-pro-preview"}}');
  });
});

describe('Antigravity', () => {
  const request = (call: ReturnType<typeof prepared>) => JSON.parse(bodyOf(call));

  test('has its envelope, one session a conversation, and no safety settings', () => {
    const body = '{"contents":[],"safety_settings":[]}';
    const asked = { model: 'gemini-3-flash', body, sessionId: () => 'chat 1' };
    const call = prepared(antigravity, asked, inProject);
    const { request: inner, ...envelope } = request(call);
    expect(envelope).toEqual({
      model: 'gemini-3-flash',
      project: 'p-1',
      userAgent: 'antigravity',
      requestType: 'agent',
      requestId: 'agent-uuid-1',
    });
    expect(inner).toEqual({ contents: [], sessionId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(request(prepared(antigravity, asked, inProject)).request.sessionId).toBe(inner.sessionId);
    expect(call.dropped).toEqual(['safetySettings']);
    expect(
      request(prepared(antigravity, { ...asked, body: '{"contents":[],"sessionId":"own"}' }, inProject)).request
        .sessionId,
    ).toBe('own');
  });

  test('has two hosts, but only one where another address is set', () => {
    const call = prepared(antigravity, { model: 'gemini-3-flash' }, inProject);
    expect(call).toMatchObject({
      origin: 'https://daily-cloudcode-pa.googleapis.com',
      otherOrigin: 'https://cloudcode-pa.googleapis.com',
    });
    const own = prepared(antigravity, { model: 'gemini-3-flash' }, { ...inProject, api: 'http://proxy' });
    expect(own.origin).toBe('http://proxy');
    expect(own.otherOrigin).toBeUndefined();
  });

  test('asks Claude models for streams, with calls that are checked against plain schemas', () => {
    const declarations = [
      { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { const: 1 } } } },
      { name: 'g' },
    ];
    const body = JSON.stringify({ contents: [], tools: [{ functionDeclarations: declarations }] });
    const call = prepared(antigravity, { model: 'claude-sonnet-4-6', stream: false, body }, inProject);
    expect(call.path).toBe('/v1internal:streamGenerateContent?alt=sse');
    expect(call.answer).toEqual({ envelope: true, stream: true });
    expect(request(call).request).toMatchObject({
      toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } },
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string', enum: ['1'] } } } },
            { name: 'g', parameters: { type: 'object', required: ['reason'] } },
          ],
        },
      ],
    });
  });

  test('leaves a forced choice of a tool as it is, and conversations byte for byte', () => {
    const contents = '[ {"role":"user","parts":[{"text":"a\\u00e9"}]} ]';
    const tools =
      '[{"functionDeclarations":[{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}]}]';
    const body = `{"contents":${contents},"tools":${tools},"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}`;
    expect(bodyOf(prepared(antigravity, { model: 'claude-sonnet-4-6', body }, inProject))).toContain(
      `"request":${body}}`,
    );
  });
});

describe('models', () => {
  const resolve = (provider: ServingProvider, name: string) =>
    provider.upstream.resolveModel(accountOf(provider), name);

  test.each<[ServingProvider, string, string | undefined]>([
    [gemini, 'gemini-2.5-pro', 'gemini-2.5-pro'],
    [gemini, 'gemini-9-flash', 'gemini-9-flash'],
    [gemini, 'claude-opus-5', undefined],
    [vertex, 'gemini-3-pro', 'gemini-3-pro'],
    [geminiCli, 'gemini-3.1-flash-lite-preview', 'gemini-3.1-flash-lite-preview'],
    [geminiCli, 'gemini-1.5-pro', undefined],
    [antigravity, 'claude-opus-4-6', 'claude-opus-4-6-thinking'],
    [antigravity, 'gemini-3-flash-preview', 'gemini-3-flash'],
    [antigravity, 'gemini-3.7-flash', 'gemini-3.7-flash-high'],
    [antigravity, 'claude-opus-4-8', undefined],
    [antigravity, 'gemini-2.5-pro', undefined],
  ])('%o knows %s', (provider, name, id) => {
    expect(resolve(provider, name)).toBe(id);
  });

  test.each([gemini, vertex, geminiCli, antigravity])('of $label are listed once, with limits', (provider) => {
    const listed = provider.upstream.models(accountOf(provider));
    const names = listed.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const { contextWindow, maxOutput, thinking } of listed) {
      expect(contextWindow).toBeGreaterThan(100_000);
      expect(maxOutput).toBeGreaterThan(30_000);
      expect(thinking).toBeDefined();
    }
  });

  test('that draw have limits of their own', () => {
    expect(antigravity.upstream.familyOf('gemini-3.1-flash-image')).not.toBe(
      antigravity.upstream.familyOf('gemini-3-flash'),
    );
    expect(antigravity.upstream.familyOf('claude-sonnet-4-6')).toBe(
      antigravity.upstream.familyOf('claude-opus-4-6-thinking'),
    );
    expect(geminiCli.upstream.familyOf('gemini-3-pro-preview')).toBe(geminiCli.upstream.familyOf('gemini-2.5-pro'));
    expect(gemini.upstream.familyOf('gemini-2.5-pro')).toBe('gemini-2.5-pro');
  });
});

test.each([gemini, vertex, geminiCli, antigravity])(
  '$label refuses a body that is no JSON, without repeating it',
  (provider) => {
    const body = '{"contents":[],"tools":[{"functionDeclarations":"secret}]}';
    expect(() => prepared(provider, { body }, inProject)).toThrow(expect.objectContaining({ name: 'JsonSyntaxError' }));
  },
);
