import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anthropicTranslator } from '../../../main/protocols/anthropic/translator.ts';
import type { Conversation, Part } from '../../../main/protocols/conversation.ts';
import { stringifyExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import { assistant, conversationOf, text, user } from '../../protocols/conversations.ts';
import { fakeModels } from '../../upstreams/anthropic/models.ts';
import { says } from '../../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { redactedThinking, signThinking } from '../../upstreams/anthropic/signatures.ts';
import { claudeAccount } from './account.ts';

const { upstream } = createClaudeProvider({ userAgent: 'Fusebox/0.0.0-test' });
const account = claudeAccount();
const endpoints = { authorize: 'http://127.0.0.1', token: 'http://127.0.0.1' };
let fake: FakeAnthropic;
beforeAll(async () => {
  fake = await startFakeAnthropic();
});
afterAll(() => fake.close());

/** Sends a conversation as the gateway does, to the strict fake. */
async function ask(more: Partial<Conversation>, model: string) {
  const { maxOutput, thinking: thinkingSupport } = upstream.modelInfo(account, model);
  const dialect = upstream.dialect?.('anthropic', account, model) ?? anthropicTranslator.dialect;
  const target = { dialect, model, maxOutput, stream: true, ...(thinkingSupport ? { thinkingSupport } : {}) };
  const { body, betas = [] } = anthropicTranslator.render(conversationOf({ model, ...more }), target);
  const request = {
    wireFormat: 'anthropic' as const,
    operation: 'generate' as const,
    model,
    stream: true,
    body: Buffer.from(stringifyExact(body)),
    headers: {},
    query: '',
    translatedFrom: 'openai-chat' as const,
    betas,
  };
  const secret = { accessToken: fake.account.accessToken };
  const call = upstream.prepare(request, account, secret, { ...endpoints, api: fake.origin });
  const sent = Buffer.concat(call.body);
  const response = await fetch(call.origin + call.path, { method: 'POST', headers: call.headers, body: sent });
  return { status: response.status, text: await response.text() };
}

const call: Part = { kind: 'tool-call', id: 'call:1', name: 'mcp.read file', input: '' };
const result: Part = { kind: 'tool-result', callId: 'call:1', parts: [] };
const signed: Part = { kind: 'thinking', text: 'hm', signature: signThinking('hm') };
const schema = {
  type: 'object',
  properties: {
    n: { type: 'integer', minimum: 1 },
    list: { type: 'array', items: { type: 'object', properties: { a: {} } } },
  },
};
const tool = { kind: 'function' as const, name: 'mcp.read file', schema: { oneOf: [schema] }, strict: true };
const marked = { ...text('x'), cache: {} };

const conversations: Record<string, Partial<Conversation>> = {
  'that is plain': {},
  'that the assistant begins': { turns: [assistant(text('a')), user(text('b'))] },
  'with every sampling parameter': {
    sampling: { temperature: 2, topP: 0.3, topK: 4, maxOutputTokens: 10 ** 7, stop: ['x', '\n'] },
  },
  'with thinking and sampling': {
    thinking: { wish: { kind: 'level', level: 'xhigh' } },
    sampling: { temperature: 0.2, topP: 0.3, topK: 4, maxOutputTokens: 3000 },
  },
  'without thinking': { thinking: { wish: { kind: 'none' } } },
  'with thinking as the model likes': { thinking: { wish: { kind: 'auto' } } },
  'with thinking and no room for it': { thinking: { wish: { kind: 'auto' } }, sampling: { maxOutputTokens: 100 } },
  'with thinking and a forced tool': {
    thinking: { wish: { kind: 'budget', tokens: 5000 } },
    tools: [tool],
    toolChoice: { kind: 'tool', name: 'mcp.read file' },
    parallelToolCalls: false,
  },
  'with calls and their thinking': {
    thinking: { wish: { kind: 'budget', tokens: 5000 } },
    tools: [tool],
    turns: [user(text('a')), assistant(signed, call), user(result)],
  },
  'with calls that lost their thinking': {
    thinking: { wish: { kind: 'budget', tokens: 5000 } },
    tools: [tool],
    turns: [
      user(text('a')),
      assistant({ kind: 'thinking', text: 'x', signature: 'foreign!' }, call),
      user(text('b'), result),
    ],
  },
  'with hidden thinking': {
    turns: [
      user(text('a')),
      assistant({ kind: 'redacted-thinking', data: redactedThinking('x') }, text('b')),
      user(text('c')),
    ],
  },
  'with a schema': { output: { kind: 'schema', schema } },
  'with a schema that no format says': {
    output: { kind: 'schema', schema: { type: 'object', additionalProperties: {} } },
    tools: [tool],
  },
  'with a schema and thinking': { output: { kind: 'schema', schema }, thinking: { wish: { kind: 'auto' } } },
  'in JSON': { output: { kind: 'json' } },
  'with instructions in the middle': {
    turns: [user(text('a')), { role: 'system', parts: [text('b')] }, user(text('c'))],
  },
  'with too many breakpoints': {
    system: [{ text: 's', cache: { ttl: '5m' } }],
    turns: [user(marked, marked, marked, { ...marked, cache: { ttl: '1h' } }), assistant(text('a')), user(marked)],
  },
  'with tools of every kind': {
    tools: [
      tool,
      { kind: 'custom', name: 'patch', format: { type: 'grammar', definition: 'x' } },
      { kind: 'web-search', allowedDomains: ['a.test'], blockedDomains: ['b.test'], userLocation: { city: 'Bern' } },
    ],
    toolChoice: { kind: 'required' },
  },
  'with tools that may not be called': { tools: [tool], toolChoice: { kind: 'none' }, parallelToolCalls: false },
  'with every kind of part': {
    turns: [
      user(
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
        { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' }, title: 'T' },
        { kind: 'document', source: { kind: 'text', text: 'x' } },
        text(' '),
      ),
      assistant(
        { kind: 'image', source: { kind: 'url', url: 'https://a.test' } },
        { kind: 'search-call', id: 's', query: 'q' },
        { kind: 'search-result', callId: 's', results: [{ title: 'T', url: 'u' }] },
        { kind: 'code', language: 'python', code: '1' },
        call,
        { ...call, input: '{"a":1}' } as Part,
      ),
    ],
  },
};

describe.each(fakeModels.map(({ id }) => id))('a strict Anthropic takes from %s a conversation', (model) => {
  it.each(Object.keys(conversations))('%s', async (name) => {
    expect(await ask(conversations[name] ?? {}, model)).toMatchObject({ status: 200 });
  });
});

it('an answer that was begun is for models that go on with it', async () => {
  const turns = [user(text('a')), assistant(text('{ '))];
  expect(await ask({ turns }, 'claude-haiku-4-5-20251001')).toMatchObject({ status: 200 });
});

it('a schema that the model has no way for is refused before it is sent', async () => {
  const list = { output: { kind: 'schema' as const, schema: { type: 'array', items: {} } } };
  await expect(ask(list, 'claude-sonnet-4-20250514')).rejects.toThrow(FieldError);
});

it('what is streamed back is what was said', async () => {
  const page = { title: 'T', url: 'https://a.test' };
  fake.script(
    says('Hello', {
      thinking: 'hm',
      search: { query: 'q', results: [page] },
      citations: [{ ...page, text: 'c' }],
      toolCalls: [{ id: 'toolu_1', name: 'f', input: { a: 'ü' } }],
      stopSequence: 'END',
      pings: true,
    }),
  );
  const { text: body } = await ask({}, 'claude-sonnet-4-6');
  const decoder = anthropicTranslator.decoder();
  const events = createStreamEvents()
    .push(Buffer.from(body))
    .flatMap((event) => decoder.push(event));
  const collector = new AnswerCollector();
  collector.push(events);
  const answer = collector.answer();
  expect(answer).toMatchObject({ finish: 'stop-sequence', stopSequence: 'END', model: 'claude-sonnet-4-6' });
  expect(answer.parts.map(({ start, text: said }) => [start.kind, said])).toEqual([
    ['thinking', 'hm'],
    ['search-call', ''],
    ['search-result', ''],
    ['text', 'Hello'],
    ['tool-call', '{"a":"ü"}'],
  ]);
  expect(answer.parts[3]?.citations).toEqual([{ ...page, text: 'c' }]);
});
