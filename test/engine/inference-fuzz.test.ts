import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConformanceGateway, startGateway } from '../conformance/gateway.ts';
import type { ConformanceUpstream } from '../conformance/upstream.ts';
import { compatibleUpstream } from '../conformance/upstreams/chat.ts';
import { claudeUpstream } from '../conformance/upstreams/claude.ts';
import { geminiUpstream } from '../conformance/upstreams/google.ts';
import { chatgptUpstream } from '../conformance/upstreams/responses.ts';

const tool = {
  name: 'read',
  description: 'Reads a file',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

type Body = Record<string, unknown>;

/** A request that says a lot, in each format. */
const bodies = {
  anthropic: {
    max_tokens: 2048,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'text of a', is_error: false }],
      },
    ],
    tools: [{ name: tool.name, description: tool.description, input_schema: tool.schema }],
    tool_choice: { type: 'auto' },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    stop_sequences: ['STOP'],
    metadata: { user_id: 'u' },
  },
  chat: {
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'text of a' },
    ],
    tools: [
      { type: 'function', function: { name: tool.name, description: tool.description, parameters: tool.schema } },
    ],
    tool_choice: 'auto',
    reasoning_effort: 'low',
    max_tokens: 100,
    temperature: 1,
    stop: ['STOP'],
    response_format: { type: 'json_schema', json_schema: { name: 'out', schema: tool.schema } },
    stream_options: { include_usage: true },
  },
  responses: {
    instructions: 'Be brief.',
    input: [
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'hi' },
          { type: 'input_image', image_url: `data:image/png;base64,${picture}` },
        ],
      },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' },
      { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'text of a' },
    ],
    tools: [
      { type: 'function', name: tool.name, description: tool.description, parameters: tool.schema, strict: false },
    ],
    tool_choice: 'auto',
    reasoning: { effort: 'low', summary: 'auto' },
    text: { format: { type: 'text' }, verbosity: 'low' },
    max_output_tokens: 100,
    store: false,
    include: ['reasoning.encrypted_content'],
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: picture } }] },
      { role: 'model', parts: [{ functionCall: { name: 'read', args: { path: 'a' } }, thoughtSignature: 'abc' }] },
      { role: 'user', parts: [{ functionResponse: { name: 'read', response: { result: 'text of a' } } }] },
    ],
    tools: [
      {
        functionDeclarations: [
          {
            name: tool.name,
            description: tool.description,
            parameters: { type: 'OBJECT', properties: { path: { type: 'STRING' } } },
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
    generationConfig: {
      maxOutputTokens: 100,
      temperature: 1,
      stopSequences: ['STOP'],
      thinkingConfig: { thinkingLevel: 'low' },
    },
  },
} satisfies Record<string, Body>;

interface Route {
  body: Body;
  /** The path and the whole body for a model. */
  ask(model: string, body: unknown): { path: string; body: unknown };
}

const withModel = (path: string, body: Body): Route => ({
  body,
  ask: (model, json) => ({ path, body: isBody(json) ? { ...json, model } : json }),
});
const inPath = (action: string, query = ''): Route => ({
  body: bodies.gemini,
  ask: (model, body) => ({ path: `/v1beta/models/${encodeURIComponent(model)}:${action}${query}`, body }),
});
const enveloped = (action: string): Route => ({
  body: bodies.gemini,
  ask: (model, request) => ({ path: `/v1internal:${action}`, body: { model, project: 'p', request } }),
});

const routes: Record<string, Route> = {
  messages: withModel('/v1/messages', bodies.anthropic),
  'messages, streamed': withModel('/v1/messages', { ...bodies.anthropic, stream: true }),
  'count of messages': withModel('/v1/messages/count_tokens', bodies.anthropic),
  chat: withModel('/v1/chat/completions', bodies.chat),
  'chat, streamed': withModel('/v1/chat/completions', { ...bodies.chat, stream: true }),
  completions: withModel('/v1/completions', { prompt: 'say hi', max_tokens: 10, stop: 'x' }),
  responses: withModel('/v1/responses', bodies.responses),
  'responses, streamed': withModel('/v1/responses', { ...bodies.responses, stream: true }),
  compact: withModel('/v1/responses/compact', { input: bodies.responses.input, instructions: 'x' }),
  generateContent: inPath('generateContent'),
  'streamGenerateContent as an array': inPath('streamGenerateContent'),
  streamGenerateContent: inPath('streamGenerateContent', '?alt=sse'),
  countTokens: inPath('countTokens'),
  'Code Assist': enveloped('generateContent'),
  'a count of Code Assist': enveloped('countTokens'),
  'Amp’s messages': withModel('/api/provider/anthropic/v1/messages', { ...bodies.anthropic, stream: true }),
  'Amp’s responses': withModel('/api/provider/openai/v1/responses', { ...bodies.responses, stream: true }),
};

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value with one of its parts, however deep, replaced. `picks` chooses the way down. */
function mutated(value: unknown, picks: readonly number[], by: unknown): unknown {
  const [pick = 0, ...more] = picks;
  const keys = isBody(value) || Array.isArray(value) ? Object.keys(value) : [];
  const key = keys[pick % Math.max(1, keys.length)];
  if (picks.length === 0 || key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? mutated(item, more, by) : item));
  return { ...(value as Body), [key]: mutated((value as Body)[key], more, by) };
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e300,
    '',
    [],
    {},
    [null],
    [[]],
    [{}],
    { type: null },
    '\u0000',
    '\ud800',
  ),
  fc.constantFrom<unknown>(
    'auto',
    'none',
    'any',
    'text',
    'assistant',
    'tool',
    'system',
    'file_id',
    'data:,',
    'http://127.0.0.1/x',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const upstreams: ConformanceUpstream[] = [];
let gateway: ConformanceGateway;
beforeAll(async () => {
  upstreams.push(await claudeUpstream(), await chatgptUpstream(), await geminiUpstream(), await compatibleUpstream());
  gateway = await startGateway(upstreams);
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

async function ask(path: string, body: string): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(8_000);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${gateway.origin}${path}`, { method: 'POST', headers, body, signal });
  return { status: answer.status, text: await answer.text() };
}

/** An answer, or an error that says what is wrong with the request. */
function expectSense({ status, text }: { status: number; text: string }, route: string, sent: string): void {
  const what = `${route} ${status}: ${text.slice(0, 300)} for ${sent.slice(0, 1500)}`;
  if (status === 501 && route === 'compact') return;
  expect(status, what).toBeLessThan(500);
  if (status !== 200) expect(JSON.parse(text), what).toHaveProperty('error.message');
  expect(text, what).not.toMatch(/internal_error|Cannot read prop|is not a function/);
}

describe.each(Object.entries(routes))('%s', (name, route) => {
  it('is answered, or refused with reason, whatever stands in its body', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.array(fc.nat(20), { maxLength: 6 }), strange, async (at, picks, by) => {
        const upstream = upstreams[at];
        if (!upstream) throw new Error('there are four');
        const { path, body } = route.ask(`${upstream.prefix}/${upstream.model}`, mutated(route.body, picks, by));
        const sent = JSON.stringify(body);
        expectSense(await ask(path, sent), name, sent);
        await gateway.reset();
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 25) },
    );
  });

  it('is answered, or refused with reason, where something stands 50,000 levels deep', {
    timeout: 60_000,
  }, async () => {
    for (const { prefix, model } of upstreams) {
      for (const [at, key] of Object.keys(route.body).entries()) {
        const { path, body } = route.ask(`${prefix}/${model}`, { ...route.body, [key]: 'deep' });
        const [open, close] = at % 2 === 0 ? ['[', ']'] : ['{"properties":', '}'];
        const deep = `${open.repeat(50_000)}1${close.repeat(50_000)}`;
        const answer = await ask(path, JSON.stringify(body).replace('"deep"', deep));
        expectSense(answer, name, `${prefix} ${key}`);
        await gateway.reset();
      }
    }
  });
});
