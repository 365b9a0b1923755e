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

const begun = (content: string) => ({ messages: [good.messages[0], { role: 'assistant', content }] });
const sent = (block: unknown) => ({ messages: [{ role: 'user', content: [block] }] });
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' };
const image = (media: string) => ({ type: 'image', source: { type: 'base64', media_type: media, data: 'AAAA' } });
const search = { type: 'web_search_20250305', name: 'web_search' };
const found = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  content: [{ type: 'web_search_result', title: 'T', url: 'https://a.test', encrypted_content: '' }],
};
const format = { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } };

const strict = { strict: true, input_schema: { ...format.schema } };

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
  [
    'an assistant first',
    { messages: [{ role: 'assistant', content: 'x' }, good.messages[0]] },
    'first message must use',
  ],
  ['an answer that was begun', begun('x'), 'does not support assistant message prefill'],
  [
    'white space at the end of one',
    { ...begun('x '), model: 'claude-haiku-4-5' },
    'cannot end with trailing whitespace',
  ],
  [
    'calls without the thinking that led to them',
    {
      thinking,
      tools: [tool],
      messages: [good.messages[0], { role: 'assistant', content: [use] }, { role: 'user', content: [result] }],
    },
    'must start with a thinking block',
  ],
  [
    'results behind other words',
    {
      messages: [
        good.messages[0],
        { role: 'assistant', content: [use] },
        { role: 'user', content: [{ type: 'text', text: 'x' }, result] },
      ],
    },
    '`tool_use` ids were found without `tool_result` blocks',
  ],
  ['white space alone', said({ type: 'text', text: ' ' }), 'must contain non-whitespace text'],
  ['an odd id of a call', said({ ...use, id: 'a:b' }), 'String should match pattern'],
  ['a picture of another type', sent(image('image/tiff')), 'source.base64.media_type'],
  ['a picture of the assistant', said(image('image/png')), 'not permitted in `assistant` messages'],
  ['what somebody else found', said(found), 'Invalid `encrypted_content`'],
  ['temperature on a model without', { model: 'claude-opus-5', temperature: 1 }, '`temperature` is deprecated'],
  ['temperature above 1', { temperature: 1.5 }, 'less than or equal to 1'],
  ['a budget on a model without', { model: 'claude-opus-5', thinking }, 'is not supported for this model'],
  ['an effort on a model without', { model: 'claude-haiku-4-5', output_config: { effort: 'low' } }, 'effort parameter'],
  ['a format without its beta', { output_config: { format } }, 'output_config.format: Extra inputs'],
  ['a strict tool without its beta', { tools: [{ ...tool, strict: true }] }, 'strict: Extra inputs'],
  ['a schema without an object', { tools: [{ ...tool, input_schema: {} }] }, "Input should be 'object'"],
  ['a choice without tools', { tool_choice: { type: 'auto' } }, 'only be specified while providing tools'],
  ['a search of another name', { tools: [{ ...search, name: 'find' }] }, "Input should be 'web_search'"],
  ['a search of no domain', { tools: [{ ...search, allowed_domains: [] }] }, 'at least 1 item'],
  [
    'a search in and outside of domains',
    { tools: [{ ...search, allowed_domains: ['a'], blocked_domains: ['b'] }] },
    'both',
  ],
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

describe('structured outputs', () => {
  beforeEach(() => {
    headers['anthropic-beta'] += ',structured-outputs-2025-12-15';
  });

  it('are taken with their beta', async () => {
    expect((await post({ ...good, output_config: { format }, tools: [{ ...tool, ...strict }] })).status).toBe(200);
  });

  it.each([
    ['an older model', { model: 'claude-sonnet-4-20250514' }, 'does not support output format'],
    [
      'open objects',
      { output_config: { format: { ...format, schema: { type: 'object' } } } },
      'explicitly set to false',
    ],
    [
      'what is not supported deep inside',
      { output_config: { format: { ...format, schema: { type: 'array', items: { type: 'integer', minimum: 1 } } } } },
      "property 'minimum' is not supported",
    ],
    ['a strict tool with an open object', { tools: [{ ...tool, strict: true }] }, 'explicitly set to false'],
  ])('are refused with %s', async (_name, change, message) => {
    const body = { ...good, output_config: { format }, ...change };
    expect(await post(body)).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });
});
