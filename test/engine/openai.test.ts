import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { errors } from '../upstreams/openai/errors.ts';
import { callsTools, fails, says } from '../upstreams/openai/replies.ts';
import { type FakeOpenai, type FakeOpenaiOptions, startFakeOpenai } from '../upstreams/openai/server.ts';
import { startEngine } from './harness.ts';

async function fakeOpenai(options: FakeOpenaiOptions): Promise<FakeOpenai> {
  const fake = await startFakeOpenai(options);
  onTestFinished(() => fake.close());
  return fake;
}

/** An engine with a compatible server whose one model is called `mine`. */
async function withServer(options: FakeOpenaiOptions = {}) {
  const server = await fakeOpenai({ flavour: 'compatible', ...options });
  const entry = {
    name: 'server',
    'base-url': server.url,
    'api-key-entries': server.key ? [{ 'api-key': server.key }] : [],
    models: [{ name: 'model-1', alias: 'mine' }],
  };
  const running = await startEngine({ signedIn: false, settings: { 'openai-compatibility': [entry] } });
  const post = (path: string, body: object) =>
    fetch(`${running.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return { ...running, server, post };
}

const hello = { model: 'mine', messages: [{ role: 'user', content: 'say hi' }] };

describe('a compatible server', () => {
  it('gets a chat as it came, but for the name of the model', async () => {
    const { server, post } = await withServer();
    server.script(says('Hi'));
    const answer = await post('/v1/chat/completions', { ...hello, top_k: 3, seed: 12_345_678 });
    expect([answer.status, await answer.json()]).toMatchObject([200, { choices: [{ message: { content: 'Hi' } }] }]);
    expect(server.requests[0]?.body.toString()).toBe(
      JSON.stringify({ ...hello, model: 'model-1', top_k: 3, seed: 12_345_678 }),
    );
    expect(server.violations).toEqual([]);
  });

  it('streams, and an error of its own is one for the client', async () => {
    const { server, post } = await withServer();
    server.script(says('Hello there', { deltaLength: 3 }), fails(errors.badValue('temperature', 'too hot')));
    const stream = await (await post('/v1/chat/completions', { ...hello, stream: true })).text();
    expect(stream.match(/"content":"[^"]+"/g)).toHaveLength(4);
    expect(stream.trimEnd().endsWith('data: [DONE]')).toBe(true);
    const refused = await post('/v1/chat/completions', hello);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { message: 'too hot' } }]);
  });

  it('needs no key', async () => {
    const { server, post } = await withServer({ keys: [] });
    expect((await post('/v1/chat/completions', hello)).status).toBe(200);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('without a list of models serves what is asked for by its name', async () => {
    const { server, settings, post } = await withServer();
    const entry = { name: 'home', 'base-url': server.url, 'api-key-entries': [{ 'api-key': server.key }] };
    await settings.update({ 'openai-compatibility': [entry] });
    expect((await post('/v1/chat/completions', { ...hello, model: 'home/model-1' })).status).toBe(200);
    expect(server.requests[0]?.json).toMatchObject({ model: 'model-1' });
  });

  it('serves the completions before chat', async () => {
    const { server, post } = await withServer();
    server.script(says('Hi'), says('Hi'));
    const prompt = { model: 'mine', prompt: 'say hi' };
    expect(await (await post('/v1/completions', prompt)).json()).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'Hi', finish_reason: 'stop' }],
    });
    const stream = await (await post('/v1/completions', { ...prompt, stream: true })).text();
    expect(stream).toContain('"text":"Hi"');
    expect(server.requests[0]?.json).toMatchObject({ model: 'model-1', messages: hello.messages });
    expect((await post('/v1/completions', { model: 'mine', prompt: ['a', 'b'] })).status).toBe(400);
  });

  it('serves clients of the Responses API', async () => {
    const { server, post } = await withServer();
    server.script(callsTools([{ name: 'read', input: { path: 'a' } }], { thinking: 'hm' }));
    const tools = [{ type: 'function', name: 'read', parameters: { type: 'object', properties: {} }, strict: false }];
    const answer = await post('/v1/responses', { model: 'mine', input: 'read a', tools, temperature: 0.5 });
    expect(await answer.json()).toMatchObject({
      status: 'completed',
      output: [{ type: 'reasoning' }, { type: 'function_call', name: 'read', arguments: '{"path":"a"}' }],
    });
    expect(server.requests[0]?.json).toMatchObject({
      model: 'model-1',
      temperature: 0.5,
      tools: [{ type: 'function' }],
    });
  });

  it('that is overloaded is left for the next one', async () => {
    const first = await fakeOpenai({ flavour: 'compatible' });
    const second = await fakeOpenai({ flavour: 'compatible' });
    first.script(fails(errors.overloaded()));
    const models = [{ name: 'model-1' }];
    const entry = (name: string, fake: FakeOpenai, priority: number) => ({
      name,
      priority,
      models,
      'base-url': fake.url,
      'api-key-entries': [{ 'api-key': fake.key }],
    });
    const { url } = await startEngine({
      signedIn: false,
      vault: new MemoryVault(),
      settings: { 'openai-compatibility': [entry('a', first, 2), entry('b', second, 1)] },
    });
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, model: 'model-1' }),
    });
    expect(answer.status).toBe(200);
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  });

  it('is not called where it is Fusebox itself', async () => {
    const { url, settings, post } = await withServer();
    const loop = { name: 'loop', 'base-url': `${url}/v1`, models: [{ name: 'model-1', alias: 'round' }] };
    await settings.update({ 'openai-compatibility': [loop] });
    const answer = await post('/v1/chat/completions', { ...hello, model: 'round' });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('the address of Fusebox itself') } },
    ]);
  });
});
