import { describe, expect, it } from 'vitest';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import { createChatgptProvider } from '../../../main/providers/chatgpt/index.ts';
import type { ProviderRequest, UpstreamCall } from '../../../main/providers/contract.ts';

const { upstream, defaultEndpoints } = createChatgptProvider({ userAgent: 'Fusebox/test' });
if (!upstream) throw new Error('ChatGPT serves nothing');

const { account } = newAccount(
  { provider: 'chatgpt', email: 'ada@example.com', accountId: 'user-ada', organizationId: 'acc-1', plan: 'plus' },
  {},
);

function prepare(body: object, more: Partial<ProviderRequest> = {}): UpstreamCall {
  const request: ProviderRequest = {
    wireFormat: 'openai-responses',
    operation: 'generate',
    model: 'gpt-5.5',
    stream: true,
    body: Buffer.from(JSON.stringify({ model: 'gpt-5.5', input: [{ role: 'user', content: 'hi' }], ...body })),
    headers: {},
    query: '',
    ...more,
  };
  return upstream?.prepare(request, account, { accessToken: 'token' }, defaultEndpoints) as UpstreamCall;
}

const sent = (call: UpstreamCall) => JSON.parse(Buffer.concat([...call.body]).toString('utf8'));

describe('a call of the Codex backend', () => {
  it('asks for a stream that is not stored, with reasoning that can be sent again', () => {
    const call = prepare({ input: 'hi', stream: false });
    expect(call).toMatchObject({
      origin: 'https://chatgpt.com',
      path: '/backend-api/codex/responses',
      answer: { stream: true, isForCodex: true },
      dropped: [],
    });
    expect(sent(call)).toEqual({
      model: 'gpt-5.5',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
      stream: true,
      store: false,
      instructions: '',
      include: ['reasoning.encrypted_content'],
    });
  });

  it('leaves out what the backend refuses, and says so', () => {
    const refused = {
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      prompt_cache_retention: '24h',
      stream_options: { include_obfuscation: true },
      truncation: 'auto',
      store: true,
    };
    const call = prepare(refused);
    expect([...(call.dropped ?? [])].sort()).toEqual(Object.keys(refused).sort());
    const body = sent(call);
    for (const field of Object.keys(refused)) if (field !== 'store') expect(body).not.toHaveProperty(field);
    expect(body.store).toBe(false);
  });

  it('says nothing of fields that ask for what happens anyway', () => {
    expect(
      prepare({ truncation: 'disabled', background: false, store: false, user: null, temperature: null }).dropped,
    ).toEqual([]);
  });

  it.each(['previous_response_id', 'conversation', 'prompt'])(
    'refuses %s rather than losing the conversation',
    (field) => {
      expect(() => prepare({ [field]: 'x' })).toThrowError(expect.objectContaining({ name: 'FieldError', field }));
    },
  );

  it('keeps the bytes of what it does not change', () => {
    const input = '[{"role":"user","content":"<>& 12345678901234567890 \\u00e9"}]';
    const text = `{"model":"gpt-5.5","store":false,"stream":true,"instructions":"x","include":["reasoning.encrypted_content"],"input":${input}}`;
    expect(Buffer.concat([...prepare({}, { body: Buffer.from(text) }).body]).toString('utf8')).toBe(text);
  });

  it('renames old names of the search tool and needs tools for parallel calls', () => {
    const body = sent(
      prepare({
        tools: [{ type: 'web_search_preview_2025_03_11' }, { type: 'function', name: 'a' }],
        parallel_tool_calls: false,
      }),
    );
    expect(body).toMatchObject({
      tools: [{ type: 'web_search' }, { type: 'function', name: 'a' }],
      parallel_tool_calls: false,
    });
    expect(sent(prepare({ tools: [], parallel_tool_calls: true }))).not.toHaveProperty('parallel_tool_calls');
  });

  it('adds to what the client wants included', () => {
    expect(sent(prepare({ include: ['web_search_call.action.sources'] })).include).toEqual([
      'web_search_call.action.sources',
      'reasoning.encrypted_content',
    ]);
  });

  it('reasons as the suffix says, within what the model has', () => {
    const thinking = { kind: 'level', level: 'max' } as const;
    expect(sent(prepare({ reasoning: { effort: 'low', summary: 'auto' } }, { thinking })).reasoning).toEqual({
      effort: 'xhigh',
      summary: 'auto',
    });
    expect(sent(prepare({}, { thinking })).reasoning).toEqual({ effort: 'xhigh' });
  });

  it('takes the name that the model has upstream', () => {
    expect(sent(prepare({ model: 'work/gpt-5.5(high)' })).model).toBe('gpt-5.5');
  });

  it('shortens conversations at their own route, without a stream', () => {
    const call = prepare({ store: false, stream: false }, { operation: 'compact', stream: false });
    expect(call.path).toBe('/backend-api/codex/responses/compact');
    expect(call.answer).toBeUndefined();
    expect(sent(call)).toEqual({ model: 'gpt-5.5', input: [{ role: 'user', content: 'hi' }], instructions: '' });
  });
});

describe('headers of a call of the Codex backend', () => {
  it('name the account, the conversation and us', () => {
    const { headers, body } = prepare({}, { sessionId: () => 'amp:T-1' });
    expect(headers).toMatchObject({
      authorization: 'Bearer token',
      'chatgpt-account-id': 'acc-1',
      originator: 'fusebox',
      'user-agent': 'Fusebox/test',
      accept: 'text/event-stream',
    });
    const key = JSON.parse(Buffer.concat([...body]).toString('utf8')).prompt_cache_key;
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['session-id']).toBe(key);
    expect(prepare({}, { sessionId: () => 'amp:T-1' }).headers['session-id']).toBe(key);
    expect(prepare({}, { sessionId: () => 'amp:T-2' }).headers['session-id']).not.toBe(key);
  });

  it("take the client's own cache key for the conversation", () => {
    expect(prepare({ prompt_cache_key: 'mine' }, { sessionId: () => 'x' }).headers['session-id']).toBe('mine');
  });

  it("are Codex's own where the client is Codex", () => {
    const client = {
      originator: 'codex_cli_rs',
      'user-agent': 'codex_cli_rs/0.169.0',
      version: '0.169.0',
      'session-id': 's1',
      'thread-id': 't1',
      'x-codex-turn-metadata': '{}',
      cookie: 'secret',
      'x-api-key': 'secret',
    };
    const { headers } = prepare({}, { headers: client });
    expect(headers).toMatchObject({
      originator: 'codex_cli_rs',
      'user-agent': 'codex_cli_rs/0.169.0',
      version: '0.169.0',
      'session-id': 's1',
      'thread-id': 't1',
      'x-codex-turn-metadata': '{}',
    });
    expect(JSON.stringify(headers)).not.toContain('secret');
  });

  it('forge no name for another client', () => {
    const { headers } = prepare({}, { headers: { originator: 'other', 'user-agent': 'OpenAI/JS 6' } });
    expect(headers).toMatchObject({ originator: 'fusebox', 'user-agent': 'Fusebox/test' });
  });
});

describe('a refused call of the Codex backend', () => {
  const body = Buffer.from(
    JSON.stringify({
      input: [
        { type: 'reasoning', encrypted_content: 'x' },
        { role: 'user', content: 'hi' },
      ],
    }),
  );
  const failed = (code: string) => ({
    status: 400,
    headers: {},
    body: JSON.stringify({ error: { code, message: 'no' } }),
  });

  it('is repaired by leaving out reasoning that could not be read', () => {
    const repaired = upstream.repair?.(body, failed('invalid_encrypted_content'));
    expect(JSON.parse(String(repaired)).input).toEqual([{ role: 'user', content: 'hi' }]);
  });

  it('is left alone for every other reason', () => {
    expect(upstream.repair?.(body, failed('invalid_prompt'))).toBeUndefined();
    expect(upstream.repair?.(body, { networkError: { code: 'ECONNRESET', message: '' } })).toBeUndefined();
  });
});
