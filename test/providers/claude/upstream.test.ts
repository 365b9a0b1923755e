import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Secret } from '../../../main/accounts/account.ts';
import { claudeCodeLine } from '../../../main/protocols/anthropic/system-line.ts';
import { JsonSyntaxError } from '../../../main/protocols/json-edit.ts';
import { parseSuffix } from '../../../main/protocols/thinking-suffix.ts';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import type { ProviderRequest, UpstreamCall, UpstreamHeaders } from '../../../main/providers/contract.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../../upstreams/anthropic/server.ts';
import { claudeAccount } from './account.ts';

const claude = createClaudeProvider({ userAgent: 'Fusebox/0.0.0-test' });
const oauth = claudeAccount();
const apiKey = claudeAccount({ kind: 'api-key', source: 'settings' });
const minimal = '{"model":"claude-haiku-4-5","max_tokens":16,"messages":[{"role":"user","content":"hi"}]}';

function prepared(
  body: string,
  more: { account?: Account; secret?: Secret; headers?: UpstreamHeaders; api?: string } & Partial<ProviderRequest> = {},
): UpstreamCall {
  const {
    account = oauth,
    secret = { accessToken: 'sk-ant-oat01-x' },
    api = 'https://api.anthropic.com',
    ...rest
  } = more;
  const request: ProviderRequest = {
    wireFormat: 'anthropic',
    operation: 'generate',
    model: 'claude-haiku-4-5-20251001',
    stream: false,
    body: Buffer.from(body),
    headers: {},
    query: '',
    ...rest,
  };
  return claude.upstream.prepare(request, account, secret, { ...claude.defaultEndpoints, api });
}

const textOf = (call: UpstreamCall) => Buffer.concat(call.body).toString();
const bodyOf = (call: UpstreamCall) => JSON.parse(textOf(call));

describe('a body that was rendered from another format', () => {
  it('has the betas that rendering needs, each once, and headers of our own', () => {
    const call = prepared(minimal, {
      translatedFrom: 'openai-chat',
      betas: ['structured-outputs-2025-12-15', 'oauth-2025-04-20'],
    });
    expect(call.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'user-agent': 'Fusebox/0.0.0-test',
      authorization: 'Bearer sk-ant-oat01-x',
      'anthropic-beta': 'structured-outputs-2025-12-15,oauth-2025-04-20',
    });
  });
});

describe('the body', () => {
  it('keeps every byte but the model and the system line for a subscription', () => {
    const call = prepared('{ "messages" : [1e2] , "system":"\\u0041", "max_tokens":16,"model":"claude-haiku-4-5" }');
    expect(textOf(call)).toBe(
      `{ "messages" : [1e2] , "system":[{"type":"text","text":"${claudeCodeLine}"},{"type":"text","text":"\\u0041"}], "max_tokens":16,"model":"claude-haiku-4-5-20251001" }`,
    );
  });

  it('is the very same buffer for an API key when nothing has to change', () => {
    const body = Buffer.from(minimal);
    const call = prepared('', {
      body,
      model: 'claude-haiku-4-5',
      account: apiKey,
      secret: { apiKey: 'sk-ant-api03-x' },
    });
    expect(call.body).toHaveLength(1);
    expect(call.body[0]).toBe(body);
  });

  it("gets the model's largest max_tokens where the client named none, but not for counting", () => {
    expect(bodyOf(prepared('{"model":"m","messages":[]}')).max_tokens).toBe(64_000);
    expect(bodyOf(prepared('{"model":"m","max_tokens":null}')).max_tokens).toBe(64_000);
    expect(bodyOf(prepared('{"model":"m"}', { model: 'claude-3-5-haiku-20241022' })).max_tokens).toBe(8192);
    expect(bodyOf(prepared('{"model":"m"}', { operation: 'count-tokens' }))).not.toHaveProperty('max_tokens');
  });

  it('thinks as the suffix asks', () => {
    const wish = parseSuffix('low');
    if ('error' in wish) throw new Error(wish.error);
    const budget = bodyOf(prepared(minimal, { thinking: wish, body: Buffer.from('{"model":"m"}') }));
    expect(budget.thinking).toEqual({ type: 'enabled', budget_tokens: 1024 });
    const level = bodyOf(prepared(minimal, { thinking: wish, model: 'claude-opus-4-6' }));
    expect(level).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } });
  });

  it('that is not a JSON object is refused', () => {
    for (const body of ['', '[]', '{"a":1', '{"a":1}}']) expect(() => prepared(body)).toThrow(JsonSyntaxError);
  });
});

describe('the headers', () => {
  it('of a subscription are the grant’s, our name and nothing of the client’s but what the API knows', () => {
    const headers = {
      'x-api-key': 'our-local-key',
      authorization: 'Bearer our-local-key',
      cookie: 'a=b',
      'x-stainless-lang': 'js',
      'x-forwarded-for': '1.2.3.4',
      'user-agent': 'xF/JS 0.71.2',
      'x-app': 'cli',
      'accept-encoding': 'gzip',
      'content-encoding': 'gzip',
      'content-length': '999',
      host: '127.0.0.1:8317',
      accept: 'text/event-stream',
    };
    expect(prepared(minimal, { headers }).headers).toEqual({
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'anthropic-beta': 'oauth-2025-04-20',
      'anthropic-version': '2023-06-01',
      authorization: 'Bearer sk-ant-oat01-x',
      'content-type': 'application/json',
      'user-agent': 'Fusebox/0.0.0-test',
    });
  });

  it('of an API key have no OAuth beta', () => {
    const { headers } = prepared(minimal, { account: apiKey, secret: { apiKey: 'sk-ant-api03-x' } });
    expect(headers).toMatchObject({ 'x-api-key': 'sk-ant-api03-x' });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('anthropic-beta');
  });

  it('take an access token for what it is, even where an API key was expected', () => {
    const call = prepared(minimal, { account: apiKey, secret: { apiKey: 'sk-ant-oat01-setup' } });
    expect(call.headers.authorization).toBe('Bearer sk-ant-oat01-setup');
    expect(bodyOf(call).system[0].text).toBe(claudeCodeLine);
  });

  it('keep Claude Code’s own name, session and version', () => {
    const headers = {
      'user-agent': 'claude-cli/2.1.197 (external, cli)',
      'x-app': 'cli',
      'x-claude-code-session-id': 's-1',
      'anthropic-version': '2026-10-21',
    };
    expect(prepared(minimal, { headers }).headers).toMatchObject(headers);
  });

  it('carry all betas once and in order: header, body, account, ours', () => {
    const call = prepared('{"betas":["c-1","a-1"],"model":"m"}', {
      headers: { 'anthropic-beta': ['b-1, a-1', 'b-1'] },
      account: { ...oauth, headers: { 'Anthropic-Beta': 'd-1' } },
    });
    expect(call.headers['anthropic-beta']).toBe('b-1,a-1,c-1,d-1,oauth-2025-04-20');
    expect(bodyOf(call)).not.toHaveProperty('betas');
    expect(prepared('{"model":"m","betas":"x-1"}').headers['anthropic-beta']).toBe('x-1,oauth-2025-04-20');
  });

  it('carry what the account adds, but for the framing', () => {
    const account = { ...apiKey, headers: { 'X-Team': 'a', Host: 'evil', 'Content-Length': '1' } };
    const { headers } = prepared(minimal, { account, secret: { apiKey: 'k' } });
    expect(headers['x-team']).toBe('a');
    expect(headers).not.toHaveProperty('host');
    expect(headers).not.toHaveProperty('content-length');
  });
});

describe('the address', () => {
  it.each([
    ['https://api.anthropic.com', '', 'generate', 'https://api.anthropic.com', '/v1/messages'],
    ['https://api.anthropic.com/', 'beta=true', 'generate', 'https://api.anthropic.com', '/v1/messages?beta=true'],
    [
      'https://x.example:8443/v1/',
      'beta=true',
      'count-tokens',
      'https://x.example:8443',
      '/v1/messages/count_tokens?beta=true',
    ],
    ['http://x.example/anthropic', '', 'generate', 'http://x.example', '/anthropic/v1/messages'],
  ] as const)('%s with %j for %s', (api, query, operation, origin, path) => {
    expect(prepared(minimal, { api, query, operation })).toMatchObject({ origin, path, method: 'POST' });
  });
});

describe('a strict Anthropic', () => {
  let fake: FakeAnthropic;
  beforeAll(async () => {
    fake = await startFakeAnthropic();
  });
  afterAll(() => fake.close());

  async function send(call: UpstreamCall) {
    const response = await fetch(`${call.origin}${call.path}`, {
      method: call.method,
      headers: call.headers,
      body: textOf(call),
    });
    return { status: response.status, body: await response.text() };
  }

  const bodies = {
    plain: minimal,
    'without max_tokens': '{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"hi"}]}',
    'with four cache breakpoints': JSON.stringify({
      model: 'claude-haiku-4-5',
      max_tokens: 16,
      system: ['a', 'b', 'c', 'd'].map((text) => ({ type: 'text', text, cache_control: { type: 'ephemeral' } })),
      messages: [{ role: 'user', content: 'hi' }],
    }),
    'with betas in the body': `{"betas":["effort-2025-11-24"],${minimal.slice(1)}`,
  };

  it.each(Object.entries(bodies))('takes a body %s from a subscription and from an API key', async (_, body) => {
    const subscription = { api: fake.origin, secret: { accessToken: fake.account.accessToken } };
    expect(await send(prepared(body, subscription))).toMatchObject({ status: 200 });
    const key = { api: fake.origin, account: apiKey, secret: { apiKey: fake.apiKey } };
    expect(await send(prepared(body, key))).toMatchObject({ status: 200 });
  });

  it.each(['none', 'auto', 'minimal', 'high', 'max', '4000'])(
    'takes the suffix (%s) for every kind of model',
    async (suffix) => {
      const thinking = parseSuffix(suffix);
      if ('error' in thinking) throw new Error(thinking.error);
      const sampled = `{"temperature":0.5,"top_k":3,${minimal.slice(1)}`;
      for (const model of ['claude-haiku-4-5-20251001', 'claude-opus-4-6', 'claude-opus-5']) {
        // The newest models take neither, whatever they think.
        const body = model === 'claude-opus-5' ? minimal : sampled;
        for (const maxTokens of [16, 2000, 64_000]) {
          const call = prepared(body.replace('16', String(maxTokens)), {
            api: fake.origin,
            secret: { accessToken: fake.account.accessToken },
            thinking,
            model,
          });
          expect(await send(call)).toMatchObject({ status: 200 });
        }
      }
    },
  );

  it('counts tokens for a subscription', async () => {
    const body = '{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"hi"}]}';
    const call = prepared(body, {
      api: fake.origin,
      secret: { accessToken: fake.account.accessToken },
      operation: 'count-tokens',
      query: 'beta=true',
    });
    expect(JSON.parse((await send(call)).body).input_tokens).toBeGreaterThan(0);
  });

  it('sees its refusals classified', async () => {
    const { status, body } = await send(
      prepared(minimal, { api: fake.origin, secret: { accessToken: 'sk-ant-oat01-old' } }),
    );
    expect(claude.upstream.classify({ status, headers: {}, body }, 0)).toMatchObject({
      scope: 'credential',
      kind: 'auth',
    });
  });
});
