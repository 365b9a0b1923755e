import { describe, expect, onTestFinished, test } from 'vitest';
import type { FlavourName } from './flavours.ts';
import { callsTools, limited, retired, says } from './replies.ts';
import { type FakeModels, startFakeModels } from './server.ts';
import { signThought } from './signatures.ts';

async function start(flavour: FlavourName = 'gemini-api'): Promise<FakeModels> {
  const fake = await startFakeModels({ flavour });
  onTestFinished(() => fake.close());
  return fake;
}

const user = { role: 'user', parts: [{ text: 'hi' }] };
const call = { functionCall: { id: '1', name: 'f', args: {} } };
const result = { functionResponse: { id: '1', name: 'f', response: { result: 'x' } } };

function ask(fake: FakeModels, body: object, path = '/v1beta/models/gemini-3-pro-preview:generateContent') {
  return fetch(fake.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': fake.key },
    body: JSON.stringify(body),
  });
}

function enveloped(fake: FakeModels, body: object, action = 'generateContent', model = 'gemini-3-flash-preview') {
  return fetch(`${fake.origin}/v1internal:${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${fake.token}` },
    body: JSON.stringify({ model, project: 'p-1', request: body }),
  });
}

const refusal = async (response: Response) => {
  const { error } = (await response.json()) as { error: { status: string; message: string } };
  return `${response.status} ${error.status} ${error.message}`;
};

describe('a request is refused', () => {
  test.each<[string, object]>([
    ['Unknown name "top_k"', { contents: [user], top_k: 1 }],
    ['Unknown name "topK"', { contents: [user], topK: 1 }],
    ['contents is not specified', { contents: [] }],
    ['first turn is a user turn', { contents: [{ role: 'model', parts: [{ text: 'x' }] }] }],
    ['alternate between user and model', { contents: [user, user] }],
    ['valid role', { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] }],
    [
      'function response parts',
      { contents: [user, { role: 'model', parts: [{ ...call, thoughtSignature: signThought('x') }] }, user] },
    ],
    [
      'missing a thought_signature',
      { contents: [user, { role: 'model', parts: [call] }, { role: 'user', parts: [result] }] },
    ],
    [
      'Invalid thought_signature',
      { contents: [user, { role: 'model', parts: [{ text: 'x', thoughtSignature: 'EqQB' }] }] },
    ],
    ['at most 5', { contents: [user], generationConfig: { stopSequences: ['1', '2', '3', '4', '5', '6'] } }],
    [
      'only set one of thinking',
      { contents: [user], generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'low' } } },
    ],
    [
      'Unknown name "$ref"',
      {
        contents: [user],
        tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'object', $ref: '#' } }] }],
      },
    ],
    ['Duplicate function', { contents: [user], tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'f' }] }] }],
    ['without function_declarations', { contents: [user], toolConfig: { functionCallingConfig: { mode: 'ANY' } } }],
  ])('%s', async (words, body) => {
    expect(await refusal(await ask(await start(), body))).toMatch(
      new RegExp(`^400 INVALID_ARGUMENT .*${words.replace('$', '\\$')}`),
    );
  });

  test('for a key that is none, a token that has ended, and a model that is not there', async () => {
    const fake = await start();
    const path = '/v1beta/models/gemini-3-pro-preview:generateContent';
    const wrong = await fetch(fake.origin + path, { method: 'POST', headers: { 'x-goog-api-key': 'no' }, body: '{}' });
    expect(await refusal(wrong)).toContain('400 INVALID_ARGUMENT API key not valid');
    const none = await fetch(fake.origin + path, { method: 'POST', body: '{}' });
    expect(await refusal(none)).toContain('401 UNAUTHENTICATED');
    expect(await refusal(await ask(fake, {}, '/v1beta/models/gemini-0:generateContent'))).toContain('404 NOT_FOUND');
  });

  test('in an envelope that is none, without role, and with schemas that only the public API takes', async () => {
    const fake = await start('antigravity');
    const tools = [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }];
    const refused = async (body: object, model?: string) =>
      refusal(await enveloped(fake, body, 'generateContent', model));
    expect(await refused({ contents: [{ parts: [{ text: 'x' }] }] }, 'gemini-3-flash')).toContain('valid role');
    expect(await refused({ contents: [user], tools }, 'gemini-3-flash')).toContain('parametersJsonSchema');
    expect(await refused({ contents: [user], safetySettings: [] }, 'gemini-3-flash')).toContain('safetySettings');
    const declared = [
      { functionDeclarations: [{ name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } }] },
    ];
    expect(await refused({ contents: [user], tools: declared }, 'claude-sonnet-4-6')).toContain('VALIDATED');
  });
});

describe('an answer', () => {
  test('comes whole, as events, or as one array', async () => {
    const fake = await start();
    fake.script(says('one', { usage: { cached: 2 } }), says('two words here'), says('three words here'));
    const whole = await (await ask(fake, { contents: [user] })).json();
    expect(whole).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'one' }] }, finishReason: 'STOP' }],
      usageMetadata: { cachedContentTokenCount: 2 },
    });
    const stream = '/v1beta/models/gemini-3-pro-preview:streamGenerateContent';
    expect(await (await ask(fake, { contents: [user] }, `${stream}?alt=sse`)).text()).toMatch(
      /^data: \{.*\}\r\n\r\ndata: /,
    );
    const array = (await (await ask(fake, { contents: [user] }, stream)).json()) as object[];
    expect(array.length).toBeGreaterThan(1);
    expect(fake.unusedReplies()).toBe(0);
  });

  test('has proofs that the next request is taken with, and thoughts for who asks for them', async () => {
    const fake = await start();
    fake.script(callsTools([{ name: 'f', input: {} }], { thinking: 'hm' }));
    const asked = { contents: [user], generationConfig: { thinkingConfig: { includeThoughts: true } } };
    const { candidates } = (await (await ask(fake, asked)).json()) as {
      candidates: [{ content: { parts: object[] } }];
    };
    const { content } = candidates[0];
    expect(content.parts).toMatchObject([
      { text: 'hm', thought: true },
      { functionCall: { name: 'f' }, thoughtSignature: expect.any(String) },
    ]);
    const answered = { functionResponse: { name: 'f', response: {} } };
    const next = await ask(fake, { contents: [user, content, { role: 'user', parts: [answered] }] });
    expect(next.status).toBe(200);
  });

  test('is in an envelope where requests are, counts too', async () => {
    const fake = await start('code-assist');
    fake.script(retired);
    const text = await (await enveloped(fake, { contents: [user] })).text();
    expect(text).toContain('{"response":{"candidates":[{"content":{"role":"model","parts":[{"text":"This versi');
    const counted = await fetch(`${fake.origin}/v1internal:countTokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fake.token}` },
      body: JSON.stringify({ request: { model: 'models/gemini-2.5-pro', contents: [user] } }),
    });
    expect(await counted.json()).toEqual({ totalTokens: expect.any(Number) });
  });

  test('may be a limit, with details of its kind', async () => {
    const fake = await start();
    fake.script(limited('per-day', 60));
    const response = await ask(fake, { contents: [user] });
    expect(await response.json()).toMatchObject({
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        details: [{ violations: [{ quotaId: expect.stringContaining('PerDay') }] }, { retryDelay: '60s' }],
      },
    });
  });
});
