import { describe, expect, it } from 'vitest';
import type { Account } from '../../../main/accounts/account.ts';
import { newAccount } from '../../../main/accounts/sign-in/new-account.ts';
import type { JsonObject } from '../../../main/protocols/exact-json.ts';
import type { ProviderRequest, UpstreamCall } from '../../../main/providers/contract.ts';
import { createXaiProvider } from '../../../main/providers/xai/index.ts';

const { upstream, defaultEndpoints } = createXaiProvider({ userAgent: 'Fusebox/test' });
if (!upstream) throw new Error('xAI serves nothing');

const subscription = newAccount({ provider: 'xai', email: 'ada@example.com' }, { accessToken: 'token' }).account;
const key: Account = { ...subscription, kind: 'api-key' };

function prepare(body: object, more: Partial<ProviderRequest> = {}, account = subscription): UpstreamCall {
  const request: ProviderRequest = {
    wireFormat: 'openai-responses',
    operation: 'generate',
    model: 'grok-4.5',
    stream: true,
    body: Buffer.from(JSON.stringify({ model: 'grok-4.5', input: 'hi', ...body })),
    headers: {},
    query: '',
    ...more,
  };
  const secret = account.kind === 'oauth' ? { accessToken: 'token' } : { apiKey: 'xai-key' };
  return upstream?.prepare(request, account, secret, defaultEndpoints) as UpstreamCall;
}

const sent = (call: UpstreamCall): JsonObject => JSON.parse(Buffer.concat([...call.body]).toString('utf8'));

describe('a call of xAI', () => {
  it('goes to the host of subscriptions with their mark, and for keys to the API', () => {
    expect(prepare({})).toMatchObject({
      origin: 'https://cli-chat-proxy.grok.com',
      path: '/v1/responses',
      headers: { authorization: 'Bearer token', 'x-xai-token-auth': 'xai-grok-cli' },
    });
    const byKey = prepare({}, {}, key);
    expect(byKey).toMatchObject({ origin: 'https://api.x.ai', headers: { authorization: 'Bearer xai-key' } });
    expect(byKey.headers).not.toHaveProperty('x-xai-token-auth');
  });

  it('keeps sampling and limits, and leaves out what xAI refuses', () => {
    const kept = { max_output_tokens: 10, temperature: 0.1, top_p: 0.5 };
    const refused = { prompt_cache_retention: '24h', safety_identifier: 's', stream_options: {}, stop: ['x'] };
    const call = prepare({ ...kept, ...refused });
    expect(sent(call)).toEqual({ model: 'grok-4.5', input: 'hi', ...kept });
    expect(call.dropped).toEqual(Object.keys(refused));
  });

  it('refuses to go on from an answer that it does not have', () => {
    expect(() => prepare({ previous_response_id: 'resp_1' })).toThrowError(
      expect.objectContaining({ name: 'FieldError', field: 'previous_response_id' }),
    );
  });

  it('says how much to reason only to models that take it', () => {
    const thinking = { kind: 'level', level: 'max' } as const;
    expect(sent(prepare({}, { thinking })).reasoning).toEqual({ effort: 'high' });
    const call = prepare({ reasoning: { effort: 'high', summary: 'auto' } }, { model: 'grok-build-0.1', thinking });
    expect(sent(call).reasoning).toEqual({ summary: 'auto' });
    expect(call.dropped).toEqual(['reasoning.effort']);
  });

  it('keeps reasoning of its own and leaves out that of other models', () => {
    const own = { type: 'reasoning', encrypted_content: 'xq3!own' };
    const foreign = { type: 'reasoning', encrypted_content: `gAAAA${'A'.repeat(95)}` };
    const call = prepare({ input: [own, foreign, { type: 'reasoning', encrypted_content: 'claude-redacted#x' }] });
    expect(sent(call).input).toEqual([own]);
    expect(call.dropped).toEqual(['input[1]', 'input[2]']);
  });

  it('puts groups of tools into one list, with names that tell the group', () => {
    const call = prepare({
      tools: [
        {
          type: 'namespace',
          name: 'docs',
          tools: [
            { type: 'function', name: 'find', parameters: {} },
            { type: 'function', name: 'get' },
          ],
        },
        { type: 'function', name: 'read' },
        { type: 'namespace', name: 'empty', tools: [] },
      ],
      input: [
        { type: 'function_call', namespace: 'docs', name: 'find', call_id: 'c1', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'x' },
      ],
    });
    expect((sent(call).tools as JsonObject[]).map(({ type, name }) => `${type} ${name}`)).toEqual([
      'function docs__find',
      'function docs__get',
      'function read',
      'function empty',
    ]);
    expect((sent(call).input as JsonObject[])[0]).toEqual({
      type: 'function_call',
      name: 'docs__find',
      call_id: 'c1',
      arguments: '{}',
    });
    // The answer names the tools as they were sent: it must be written anew.
    expect(call.answer).toEqual({ isRewritten: true });
    expect(prepare({ tools: [{ type: 'function', name: 'read' }] }).answer).toBeUndefined();
  });

  it('names the conversation in body and header', () => {
    const call = prepare({}, { sessionId: () => 'amp:T-1' });
    expect(sent(call).prompt_cache_key).toBe(call.headers['x-grok-conv-id']);
    expect(prepare({ prompt_cache_key: 'mine' }).headers['x-grok-conv-id']).toBe('mine');
  });

  it('shortens conversations at the API, whoever asks', () => {
    expect(prepare({}, { operation: 'compact' })).toMatchObject({
      origin: 'https://api.x.ai',
      path: '/v1/responses/compact',
    });
  });
});

describe('a failure of xAI', () => {
  const hourMs = 3_600_000;
  it.each<[number, unknown, object]>([
    [
      403,
      { code: 'unauthenticated:bad-credentials', error: 'Bad credentials' },
      { scope: 'credential', kind: 'auth', status: 401 },
    ],
    [401, { error: 'Invalid token' }, { scope: 'credential', kind: 'auth' }],
    [
      429,
      { code: 'subscription:free-usage-exhausted', error: 'Free usage exhausted' },
      { scope: 'credential', kind: 'quota', retryAfterMs: hourMs },
    ],
    [429, { error: 'Too many requests' }, { scope: 'model', kind: 'quota' }],
    [
      404,
      { error: 'The model grok-9 does not exist or your team has no access to it' },
      { scope: 'model', kind: 'unsupported' },
    ],
    [400, { error: { message: 'Invalid input' } }, { scope: 'request', kind: 'invalid' }],
    [503, 'busy', { scope: 'model', kind: 'overload' }],
  ])('%i %j', (status, body, expected) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(upstream.classify({ status, headers: {}, body: text }, 0)).toMatchObject(expected);
  });
});
