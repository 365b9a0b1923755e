import { expect, it, onTestFinished } from 'vitest';
import { createQwenProvider } from '../../../main/providers/qwen/index.ts';
import { startFakeOpenai } from '../../upstreams/openai/server.ts';
import { accountOf, prepared, requestOf, sent } from '../openai/upstream-call.ts';

const qwen = createQwenProvider({ userAgent: 'Fusebox/1' });
const body = { model: 'qwen3-coder-plus', messages: [{ role: 'user', content: 'hi' }] };
const with403 = (message: string) =>
  qwen.upstream.classify({ status: 403, headers: {}, body: JSON.stringify({ error: { message } }) }, 0);

it('a chat is taken with the token and the header that its kind wants', async () => {
  const fake = await startFakeOpenai({ flavour: 'qwen' });
  onTestFinished(() => fake.close());
  expect((await sent(qwen, fake, requestOf(body), accountOf('qwen', { kind: 'oauth' }))).status).toBe(200);
});

it.each([
  ['portal.qwen.ai', 'https://portal.qwen.ai', '/v1/chat/completions'],
  ['https://other.qwen.ai/v1/', 'https://other.qwen.ai', '/v1/chat/completions'],
  ['http://127.0.0.1:5000', 'http://127.0.0.1:5000', '/v1/chat/completions'],
  ['http://evil.example', 'https://portal.qwen.ai', '/v1/chat/completions'],
  ['not a host', 'https://portal.qwen.ai', '/v1/chat/completions'],
])('a token for %s goes to %s', (resourceUrl, origin, path) => {
  const account = accountOf('qwen', { attributes: { resourceUrl } });
  expect(prepared(qwen, requestOf(body), account)).toMatchObject({ origin, path });
});

it('an address that the owner set comes before that of the token', () => {
  const account = accountOf('qwen', { attributes: { resourceUrl: 'portal.qwen.ai' } });
  expect(prepared(qwen, requestOf(body), account, {}, 'https://gateway.example/v1').origin).toBe(
    'https://gateway.example',
  );
});

it('thinking is a switch', () => {
  const thinking = (kind: 'none' | 'auto') =>
    prepared(qwen, requestOf({ ...body, reasoning_effort: 'low' }, { thinking: { kind } })).json;
  expect(thinking('none')).toMatchObject({ enable_thinking: false });
  expect(thinking('auto')).toMatchObject({ enable_thinking: true });
  expect(thinking('auto')).not.toHaveProperty('reasoning_effort');
});

it('a 403 may mean that the day’s requests are spent', () => {
  expect(with403('Free allocated quota exceeded.')).toMatchObject({ scope: 'credential', kind: 'quota', status: 429 });
  expect(with403('This model is not for you')).toMatchObject({ scope: 'model', kind: 'unsupported' });
});
