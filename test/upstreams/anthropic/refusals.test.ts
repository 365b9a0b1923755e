import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { type FakeAnthropic, startFakeAnthropic } from './server.ts';
import { signThinking } from './signatures.ts';
import { systemLine } from './validate.ts';

let fake: FakeAnthropic;
let headers: Record<string, string>;

beforeAll(async () => {
  fake = await startFakeAnthropic({ apiKeys: ['sk-ant-api03-fake'] });
});
afterAll(() => fake.close());
beforeEach(() => {
  headers = {
    authorization: `Bearer ${fake.account.accessToken}`,
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'oauth-2025-04-20',
    'content-type': 'application/json',
  };
});

const line = { type: 'text', text: systemLine };
const good = {
  model: 'claude-sonnet-4-6',
  max_tokens: 2048,
  system: [line],
  messages: [{ role: 'user', content: 'hi' }],
};

async function post(body: unknown, path = '/v1/messages'): Promise<{ status: number; type: unknown; message: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${fake.url}${path}`, { method: 'POST', headers, body: text });
  const answer = (await response.json()) as { error?: { type: string; message: string } };
  return { status: response.status, type: answer.error?.type, message: answer.error?.message ?? '' };
}

describe('the fake Anthropic refuses a caller', () => {
  it('accepts the subscription that keeps every rule, so that each refusal below has one cause', async () => {
    expect((await post(good)).status).toBe(200);
  });

  it('without any credential', async () => {
    delete headers.authorization;
    expect(await post(good)).toMatchObject({
      status: 401,
      type: 'authentication_error',
      message: 'x-api-key header is required',
    });
  });

  it('with a wrong access token', async () => {
    headers.authorization = 'Bearer sk-ant-oat01-other';
    expect(await post(good)).toMatchObject({ status: 401, type: 'authentication_error' });
  });

  it('with an expired access token', async () => {
    fake.account.expired = true;
    expect(await post(good)).toMatchObject({ status: 401, message: expect.stringContaining('expired') });
    fake.account.expired = false;
  });

  it('with an access token in x-api-key, even beside a good Authorization', async () => {
    headers['x-api-key'] = fake.account.accessToken;
    expect(await post(good)).toMatchObject({ status: 401, message: 'invalid x-api-key' });
  });

  it('with an API key as bearer token', async () => {
    headers.authorization = 'Bearer sk-ant-api03-fake';
    expect(await post(good)).toMatchObject({ status: 401, message: 'Invalid bearer token' });
  });

  it('with an access token but not the beta of access tokens', async () => {
    headers['anthropic-beta'] = 'interleaved-thinking-2025-05-14';
    expect(await post(good)).toMatchObject({
      status: 401,
      message: 'OAuth authentication is currently not supported.',
    });
  });

  it('with an access token but another first system block', async () => {
    const error = { status: 400, message: expect.stringContaining('only authorized for use with Claude Code') };
    expect(await post({ ...good, system: [{ type: 'text', text: 'You are helpful.' }, line] })).toMatchObject(error);
    expect(await post({ ...good, system: `${systemLine} Be brief.` })).toMatchObject(error);
    expect(await post({ ...good, system: undefined })).toMatchObject(error);
  });

  it('with the long context beta that the subscription does not include', async () => {
    headers['anthropic-beta'] = 'oauth-2025-04-20,context-1m-2025-08-07';
    expect(await post(good)).toMatchObject({ status: 400, message: expect.stringContaining('long context beta') });
    fake.account.longContext = true;
    expect((await post(good)).status).toBe(200);
    fake.account.longContext = false;
  });

  it('with a beta that is no beta', async () => {
    headers['anthropic-beta'] = 'oauth-2025-04-20,everything';
    expect(await post(good)).toMatchObject({ status: 400, message: expect.stringContaining('`everything`') });
  });

  it('without a version, or with an unknown one', async () => {
    headers['anthropic-version'] = '2022-01-01';
    expect(await post(good)).toMatchObject({ status: 400, message: expect.stringContaining('anthropic-version') });
    delete headers['anthropic-version'];
    expect(await post(good)).toMatchObject({ status: 400, message: 'anthropic-version: header is required' });
  });

  it('on a path that does not exist', async () => {
    expect(await post(good, '/v1/complete')).toMatchObject({ status: 404, type: 'not_found_error' });
  });
});

describe('the fake Anthropic takes an API key', () => {
  it('in x-api-key, without the system line and the beta of access tokens', async () => {
    headers = { 'x-api-key': fake.apiKey, 'anthropic-version': '2023-06-01' };
    expect((await post({ ...good, system: 'Be brief.' })).status).toBe(200);
  });
});

const tool = { name: 'Read', input_schema: { type: 'object' } };
const cached = (ttl?: string) => ({
  type: 'text',
  text: 'x',
  cache_control: { type: 'ephemeral', ...(ttl ? { ttl } : {}) },
});
const thinking = { type: 'enabled', budget_tokens: 1024 };
const use = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} };
const signed = { type: 'thinking', thinking: 'hm', signature: signThinking('hm') };
const said = (...content: unknown[]) => ({
  messages: [good.messages[0], { role: 'assistant', content }, { role: 'user', content: 'go on' }],
});

const refusals: [string, JsonObject, string][] = [
  ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['more output than the model gives', { max_tokens: 64_001 }, 'max_tokens: 64001 > 64000'],
  ['a field that does not exist', { reasoning_effort: 'high' }, 'reasoning_effort: Extra inputs are not permitted'],
  ['a beta field without its beta', { speed: 'fast' }, 'speed: Extra inputs are not permitted'],
  ['no message', { messages: [] }, 'at least one message is required'],
  [
    'five cache breakpoints',
    { system: [line, ...Array(5).fill(cached())] },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    'a breakpoint of an hour after one of five minutes',
    { system: [line, cached(), cached('1h')] },
    "a ttl='1h' cache_control block must not come after",
  ],
  [
    'thinking with a forced tool',
    { thinking, tools: [tool], tool_choice: { type: 'any' } },
    'Thinking may not be enabled when tool_choice forces tool use.',
  ],
  [
    'a thinking budget as large as max_tokens',
    { thinking: { ...thinking, budget_tokens: 2048 } },
    '`max_tokens` must be greater than',
  ],
  ['thinking with a low temperature', { thinking, temperature: 0.2 }, '`temperature` may only be set to 1'],
  ['temperature together with top_p', { temperature: 1, top_p: 0.99 }, 'cannot both be specified'],
  [
    'adaptive thinking on a model without it',
    { model: 'claude-haiku-4-5', thinking: { type: 'adaptive' } },
    'adaptive thinking is not supported',
  ],
  [
    'thinking signed by somebody else',
    said({ ...signed, signature: 'c2lnbmVkIGJ5IGFub3RoZXI=' }),
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
  [
    'thinking changed after it was signed',
    said({ ...signed, thinking: 'hmm' }),
    'Invalid `signature` in `thinking` block',
  ],
  ['thinking with an empty signature', said({ ...signed, signature: '' }), 'Invalid `signature` in `thinking` block'],
  [
    'thinking without a signature',
    said({ type: 'thinking', thinking: 'hm' }),
    'messages.1.content.0.thinking.signature: Field required',
  ],
  [
    'redacted thinking of somebody else',
    said({ type: 'redacted_thinking', data: 'b3RoZXI=' }),
    'Invalid `data` in `redacted_thinking` block',
  ],
  [
    'a signature on a tool call',
    said({ ...use, signature: '' }),
    'messages.1.content.0.tool_use.signature: Extra inputs are not permitted',
  ],
  ['an assistant message without content', said(), 'messages.1: all messages must have non-empty content'],
  ['an empty text block', said({ type: 'text', text: '' }), 'text content blocks must be non-empty'],
  ['a tool call without its result', said(use), '`tool_use` ids were found without `tool_result` blocks'],
  [
    'a tool result without its call',
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_9', content: 'x' }] }] },
    'unexpected `tool_use_id` found in `tool_result` blocks: toolu_9',
  ],
  ['two tools of one name', { tools: [tool, tool] }, 'Tool names must be unique'],
  ['a system turn on a model that takes none', { messages: [{ role: 'system', content: 'x' }] }, 'messages.0.role'],
];

describe('the fake Anthropic refuses a body with', () => {
  it.each(refusals)('%s', async (_name, change, message) => {
    expect(await post({ ...good, ...change })).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: expect.stringContaining(message),
    });
  });

  it('an unknown model', async () => {
    expect(await post({ ...good, model: 'gpt-5.4' })).toMatchObject({
      status: 404,
      type: 'not_found_error',
      message: 'model: gpt-5.4',
    });
  });

  it('broken JSON', async () => {
    expect(await post('{"model":')).toMatchObject({ status: 400, message: 'The request body is not valid JSON' });
  });

  it('more than 32 MB', async () => {
    expect(await post(' '.repeat(32 * 1024 * 1024 + 1))).toMatchObject({ status: 413, type: 'request_too_large' });
  });

  it('fields of a message in a token count', async () => {
    const error = await post(good, '/v1/messages/count_tokens');
    expect(error).toMatchObject({ status: 400, message: 'max_tokens: Extra inputs are not permitted' });
  });
});

describe('the fake Anthropic accepts', () => {
  it('its own signed and redacted thinking, tool calls with results, and four breakpoints', async () => {
    const messages = [
      good.messages[0],
      { role: 'assistant', content: [signed, use] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] },
    ];
    const body = {
      ...good,
      thinking,
      tools: [tool],
      messages,
      system: [line, cached('1h'), cached(), cached(), cached()],
    };
    expect(await post(body)).toMatchObject({ status: 200, message: '' });
  });
});
