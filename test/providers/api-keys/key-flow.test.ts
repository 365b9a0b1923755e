import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyFlow } from '../../../main/accounts/sign-in/flow.ts';
import {
  anthropicKeyFlow,
  compatibleKeyFlow,
  geminiKeyFlow,
  openaiKeyFlow,
  vertexKeyFlow,
} from '../../../main/providers/api-keys/flows.ts';
import { createClaudeProvider } from '../../../main/providers/claude/index.ts';
import { createProviders } from '../../../main/providers/index.ts';
import { htmlAnswer, jsonAnswer } from '../../upstreams/answer.ts';
import { gate } from '../../upstreams/gate.ts';
import { type FakeModelLists, startFakeModelLists } from '../../upstreams/oauth/model-lists.ts';
import { problemOf, signInByKey, stage } from '../flow-stage.ts';

let fake: FakeModelLists;
beforeEach(async () => {
  fake = await startFakeModelLists();
});
afterEach(() => fake.close());

const on = (path = '') => stage({ api: `${fake.origin}${path}`, authorize: '', token: '' });
const wrongKey = 'sk-ant-wrong-9876543210';

const flows: [string, KeyFlow, string, Record<string, string>][] = [
  ['openai', openaiKeyFlow, '/openai/v1', {}],
  ['claude', anthropicKeyFlow, '/anthropic', {}],
  ['claude', anthropicKeyFlow, '/anthropic/v1', {}],
  ['gemini', geminiKeyFlow, '/google', {}],
  ['gemini', geminiKeyFlow, '/google/v1beta/', {}],
];

describe('an API key', () => {
  it.each(flows)('of %s is asked for its models and becomes an account', async (provider, flow, path) => {
    const { account, secret } = await signInByKey(flow, on(path), { 'api-key': fake.key });
    expect(account).toEqual({
      id: expect.stringMatching(new RegExp(`^${provider}:key-[0-9a-f]{16}$`)),
      provider,
      kind: 'api-key',
      source: 'vault',
      label: 'API key …6789',
      paused: false,
      priority: 0,
      attributes: { keyCheck: 'accepted' },
    });
    expect(secret).toEqual({ apiKey: fake.key });
  });

  it.each(flows)('of %s that the provider refuses is named as the field at fault', async (_, flow, path) => {
    const problem = await problemOf(signInByKey(flow, on(path), { 'api-key': wrongKey }), [wrongKey]);
    expect(problem.code).toBe('bad_input');
    expect(problem.message).toMatch(/^api-key: the provider answered 40[01]/);
  });

  it('carries what the owner fills in', async () => {
    const input = {
      'api-key': fake.key,
      'base-url': `${fake.origin}/openai/v1/`,
      prefix: 'work',
      label: 'Team key',
    };
    const { account } = await signInByKey(openaiKeyFlow, on('/nowhere'), input);
    expect(account).toMatchObject({ label: 'Team key', prefix: 'work', baseUrl: `${fake.origin}/openai/v1` });
    expect(fake.requests[0]?.path).toBe('/openai/v1/models');
  });

  it('of a compatible server needs its name and address, whatever the key looks like', async () => {
    fake.script({ reply: jsonAnswer(200, { data: [] }) });
    const input = { name: 'Ollama', 'base-url': `${fake.origin}/v1`, 'api-key': 'x' };
    const { account } = await signInByKey(compatibleKeyFlow, on(), input);
    expect(account).toMatchObject({
      provider: 'openai-compatible',
      label: 'Ollama',
      baseUrl: `${fake.origin}/v1`,
      attributes: { name: 'Ollama', keyCheck: 'accepted' },
    });
    expect(compatibleKeyFlow.fields).toEqual([
      { name: 'name', kind: 'text', required: true },
      { name: 'base-url', kind: 'text', required: true },
      { name: 'api-key', kind: 'secret', required: true },
      { name: 'prefix', kind: 'text', required: false },
      { name: 'label', kind: 'text', required: false },
    ]);
  });

  it('of Vertex is stored without being asked about', async () => {
    const { account } = await signInByKey(vertexKeyFlow, on(), { 'api-key': 'AQ.key-of-vertex' });
    expect(account).toMatchObject({ provider: 'vertex', kind: 'api-key' });
    expect(fake.requests).toHaveLength(0);
  });

  it.each([
    [
      'cannot be reached',
      { ...jsonAnswer(200, {}), delivery: { cut: 'before-head' as const } },
      'could not be reached',
    ],
    ['fails', htmlAnswer(503), 'answered 503'],
    ['has no list of models', htmlAnswer(404), 'answered 404'],
    [
      'lets the key do other things only',
      jsonAnswer(403, { error: { message: 'Missing scopes: api.model.read' } }),
      'Missing scopes',
    ],
    ['is busy', jsonAnswer(429, { error: { message: 'Too many' } }), 'Too many'],
    ['does not like the request', jsonAnswer(400, { error: { message: 'Bad header' } }), 'Bad header'],
  ])('is stored with a note when the provider %s', async (_, reply, words) => {
    fake.script({ reply });
    const { account } = await signInByKey(openaiKeyFlow, on('/openai/v1'), { 'api-key': fake.key });
    expect(account.attributes?.keyCheck).toMatch(/^not checked: the provider /);
    expect(account.attributes?.keyCheck).toContain(words);
  });

  it('never gets into the note', async () => {
    fake.script({ reply: jsonAnswer(403, { error: { message: `${fake.key} may not` } }) });
    const { account } = await signInByKey(openaiKeyFlow, on('/openai/v1'), { 'api-key': fake.key });
    expect(account.attributes?.keyCheck).toContain('… may not');
  });

  it('is not stored when the owner cancels while the provider is asked', async () => {
    const asking = gate();
    fake.script({ reply: { ...jsonAnswer(200, {}), delivery: { beforeHead: asking } } });
    const cancelled = on('/openai/v1');
    const attempt = problemOf(signInByKey(openaiKeyFlow, cancelled, { 'api-key': fake.key }));
    await asking.reached;
    cancelled.cancel();
    expect((await attempt).code).toBe('cancelled');
  });
});

describe('a field that cannot be used is named', () => {
  const good = { name: 'Box', 'base-url': 'http://127.0.0.1:1/v1', 'api-key': 'k-123' };
  it.each([
    ['api-key', {}],
    ['api-key', { 'api-key': 'two words' }],
    ['api-key', { 'api-key': 'line\nbreak' }],
    ['api-key', { 'api-key': 'schlüssel' }],
    ['api-key', { 'api-key': 'k'.repeat(5000) }],
    ['base-url', { 'base-url': 'ftp://example.com' }],
    ['base-url', { 'base-url': 'example.com/v1' }],
    ['base-url', { 'base-url': 'https://user:word@example.com' }],
    ['base-url', { 'base-url': 'https://example.com/v1?key=1' }],
    ['base-url', { 'base-url': '' }],
    ['name', { name: '' }],
    ['prefix', { prefix: 'a/b' }],
    ['prefix', { prefix: 'a b' }],
    ['prefix', { prefix: 'p'.repeat(61) }],
    ['name', { name: 'n'.repeat(201) }],
    ['label', { label: 'l'.repeat(201) }],
  ])('%s: %j', async (field, change) => {
    const input = field === 'api-key' && !('api-key' in change) ? { ...good, 'api-key': '' } : { ...good, ...change };
    const problem = await problemOf(signInByKey(compatibleKeyFlow, on(), input), ['schlüssel', 'user:word']);
    expect(problem.code).toBe('bad_input');
    expect(problem.message.startsWith(`${field}: `)).toBe(true);
    expect(fake.requests).toHaveLength(0);
  });

  it('a key that another provider issued, unless it is for another address', async () => {
    const problem = await problemOf(signInByKey(anthropicKeyFlow, on('/anthropic'), { 'api-key': 'sk-proj-1' }));
    expect(problem.message).toBe('api-key: keys of this provider begin with sk-ant-');
    const input = { 'api-key': 'gateway-key', 'base-url': 'http://127.0.0.1:1' };
    expect((await signInByKey(anthropicKeyFlow, on(), input)).account.baseUrl).toBe('http://127.0.0.1:1');
  });
});

it('every provider of keys offers its flow, and Claude does beside its subscriptions', () => {
  const providers = createProviders({ userAgent: 'Fusebox/0', installId: 'test', now: () => 0 });
  const methodsOf = (wanted: string) => providers.find(({ id }) => id === wanted)?.signIns.map(({ method }) => method);
  expect(['openai', 'gemini', 'openai-compatible'].map(methodsOf)).toEqual([['api-key'], ['api-key'], ['api-key']]);
  expect(createClaudeProvider({ userAgent: 'Fusebox/0' }).signIns).toContain(anthropicKeyFlow);
});
