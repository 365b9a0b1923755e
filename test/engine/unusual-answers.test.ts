import { describe, expect, it, onTestFinished } from 'vitest';
import { chatgptFamily, type Family } from '../clients/family.ts';
import { startGateway } from '../conformance/gateway.ts';
import { account } from '../conformance/upstreams/account.ts';
import { htmlAnswer, renderEvents } from '../upstreams/answer.ts';
import { says } from '../upstreams/anthropic/replies.ts';
import { says as geminiSays } from '../upstreams/google/models/replies.ts';
import { startFakeModels } from '../upstreams/google/models/server.ts';
import { isObject } from '../upstreams/json.ts';
import { errors } from '../upstreams/openai/errors.ts';
import { fails } from '../upstreams/openai/replies.ts';
import { startFakeOpenai } from '../upstreams/openai/server.ts';
import { hello, startEngine } from './harness.ts';

function post(url: string, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const chat = { model: hello.model, messages: hello.messages };

describe('an error within a stream that quotes the credential', () => {
  it.each([
    ['/v1/messages', hello],
    ['/v1/chat/completions', chat],
  ])('is shown without it on %s, and written down without it', async (path, body) => {
    const { url, anthropic, engine } = await startEngine();
    const { accessToken } = anthropic.account;
    const message = `Token ${accessToken} was used up`;
    anthropic.script(says('A long text that is cut off', { errorEvent: { at: 5, type: 'api_error', message } }));
    const answer = await (await post(url, path, { ...body, stream: true })).text();
    expect(answer).toContain('was used up');
    expect(answer + JSON.stringify(engine.state().recent)).not.toContain(accessToken);
  });
});

describe('a web page in the place of an answer', () => {
  it.each(['/v1/messages', '/v1/chat/completions'])('is a failure of the network on %s', async (path) => {
    const { url, anthropic, engine } = await startEngine({ settings: { 'max-retry-interval': 0 } });
    anthropic.script({ reply: { kind: 'raw', answer: htmlAnswer(200) }, times: 3 });
    const answer = await post(url, path, path.endsWith('messages') ? hello : chat);
    expect([answer.status, await answer.json()]).toMatchObject([
      502,
      { error: { message: expect.stringContaining('could not be reached') } },
    ]);
    expect(engine.state().accounts[0]?.status).toBe('ready');
  });
});

describe('a stream whose connection breaks behind its last event', () => {
  it.each([
    ['/v1/messages', hello, /"message_stop"/],
    ['/v1/chat/completions', chat, /data: \[DONE\]/],
  ])('is whole on %s', async (path, body, end) => {
    const { url, anthropic } = await startEngine();
    anthropic.script(says('Hi'));
    const length = (await (await post(url, '/v1/messages', { ...hello, stream: true })).arrayBuffer()).byteLength;
    anthropic.script(says('Hi', { delivery: { cut: { afterBytes: length, reset: false } } }));
    const text = await (await post(url, path, { ...body, stream: true })).text();
    expect(text).toMatch(end);
    expect(text).not.toContain('error');
  });

  it('is whole where the last event lacks its blank line', async () => {
    const { url, anthropic } = await startEngine();
    const events = [
      { type: 'message_start', message: { id: 'msg_1', model: 'm', role: 'assistant', content: [], usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    const parts = renderEvents(events.map((data) => ({ name: data.type, data })));
    const all = parts.join('').trimEnd();
    const headers = { 'content-type': 'text/event-stream' };
    const answer = { status: 200, headers, parts: [`${all}\n`], stream: true };
    anthropic.script({ kind: 'raw', answer });
    const text = await (await post(url, '/v1/chat/completions', { ...chat, stream: true })).text();
    expect(text).toMatch(/data: \[DONE\]/);
  });
});

describe('the header that names what was left out', () => {
  it('tells of the account that answered, not of one that failed before', async () => {
    const server = await startFakeOpenai({ flavour: 'compatible' });
    onTestFinished(() => server.close());
    server.script(fails(errors.overloaded()));
    const entry = {
      name: 'server',
      'base-url': server.url,
      priority: 5,
      'api-key-entries': [{ 'api-key': server.key }],
      models: [{ name: 'model-1', alias: hello.model }],
    };
    const { messages, anthropic } = await startEngine({ settings: { 'openai-compatibility': [entry] } });
    const answer = await messages({ thinking: { type: 'adaptive', display: 'summarized' } });
    expect([answer.status, server.requests.length, anthropic.requests.length]).toEqual([200, 1, 1]);
    expect(answer.headers.get('x-fusebox-dropped')).toBeNull();
  });
});

describe('a call that a Gemini model has garbled', () => {
  const garbled = geminiSays('', { finish: 'MALFORMED_FUNCTION_CALL' });

  async function stage() {
    const fake = await startFakeModels({ flavour: 'code-assist' });
    const owner = { kind: 'oauth', attributes: { project: 'p-1' } } as const;
    const accounts = [account('gemini-cli', 'g', owner, { accessToken: fake.token, refreshToken: 'r' })];
    const gateway = await startGateway([{ accounts, settings: {}, endpoints: { 'gemini-cli': { api: fake.origin } } }]);
    onTestFinished(async () => {
      await gateway.close();
      await fake.close();
    });
    const ask = () => post(gateway.origin, '/v1/chat/completions', { ...chat, model: 'gemini-2.5-pro', stream: true });
    return { fake, ask };
  }

  it('is tried once more before anything is shown', async () => {
    const { fake, ask } = await stage();
    fake.script(garbled, geminiSays('Right.'));
    const answer = await ask();
    expect(await answer.text()).toContain('Right.');
    expect(fake.requests.length).toBe(2);
    const [first, second] = fake.requests.map(({ json }) => JSON.stringify(isObject(json) ? json.request : ''));
    expect(second).toBe(first);
  });

  it('is shown as it is the second time, and no account pays for it', async () => {
    const { fake, ask } = await stage();
    fake.script(garbled, garbled);
    const text = await (await ask()).text();
    expect(text).toContain('"finish_reason":"stop"');
    expect(fake.requests.length).toBe(2);
    expect(await (await ask()).text()).toContain('Hello from');
  });
});

describe('what ChatGPT words in a shape of its own', () => {
  it('is an error in the client’s shape', async () => {
    const family: Family = await chatgptFamily();
    const gateway = await startGateway([family]);
    onTestFinished(async () => {
      await gateway.close();
      await family.close();
    });
    const answer = await post(gateway.origin, '/v1/responses', {
      model: 'gpt-5.5',
      input: 'hi',
      stream: true,
      instructions: {},
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { message: 'Instructions are required' } },
    ]);
  });
});
