import { describe, expect, it, onTestFinished } from 'vitest';
import { errors } from '../upstreams/anthropic/errors.ts';
import { callsTools, fails, says } from '../upstreams/anthropic/replies.ts';
import { startFakeOpenai } from '../upstreams/openai/server.ts';
import { type Running, startEngine } from './harness.ts';

const model = 'claude-sonnet-4-5';

function post({ url }: Running, path: string, body: object): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const chat = (more: object = {}) => ({ model, messages: [{ role: 'user', content: 'say hi' }], ...more });

describe('a request in another format than its account’s', () => {
  it('names what was left out, and is refused for it when translation is strict', async () => {
    const running = await startEngine();
    const body = chat({ seed: 7, logit_bias: { 50256: -100 }, made_up: true, constructor: 1 });
    const loose = await post(running, '/v1/chat/completions', body);
    expect(loose.status).toBe(200);
    expect(loose.headers.get('x-fusebox-dropped')?.split(',').sort()).toEqual([
      'constructor',
      'logit_bias',
      'made_up',
      'seed',
    ]);
    await running.settings.update({ 'strict-translation': true });
    const strict = await post(running, '/v1/chat/completions', body);
    expect(strict.status).toBe(400);
    const { error } = (await strict.json()) as { error: { message: string; param: string; type: string } };
    expect(error).toMatchObject({
      param: expect.stringMatching(/^(seed|logit_bias|made_up|constructor)$/),
      type: 'invalid_request_error',
    });
  });

  it('is refused with the field’s name where that cannot be done at all', async () => {
    const running = await startEngine();
    const answer = await post(running, '/v1/chat/completions', chat({ n: 3 }));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: { param: string } }).error.param).toBe('n');
    expect(running.anthropic.requests.filter(({ path }) => path === '/v1/messages')).toEqual([]);
  });

  it('is refused with the field’s name when it is wrong by itself', async () => {
    const running = await startEngine();
    const answer = await post(running, '/v1/responses', {
      model,
      input: [{ type: 'message', role: 'nobody', content: 'x' }],
    });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { param: string } };
    expect(error.param).toContain('input[0]');
  });

  it('keeps words of an error that comes within the stream, in the client’s shape', async () => {
    const running = await startEngine();
    running.anthropic.script(
      says('A long text that is cut off', { errorEvent: { at: 4, type: 'overloaded_error', message: 'Overloaded' } }),
    );
    const answer = await post(running, '/v1/chat/completions', chat({ stream: true }));
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('data: {"error":');
    expect(text).toContain('Overloaded');
    expect(text).not.toContain('[DONE]');
  });

  it('moves on to the next account before the first byte', async () => {
    const running = await startEngine();
    running.anthropic.script(fails(errors.overloaded()), says('second try'));
    const answer = await post(running, '/v1/chat/completions', chat());
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('second try');
  });
});

describe('tokens of a request', () => {
  it('are counted by the account’s provider, whatever format the client speaks', async () => {
    const running = await startEngine();
    const contents = [{ role: 'user', parts: [{ text: 'say hi' }] }];
    const generationConfig = { temperature: 0.5, maxOutputTokens: 100, stopSequences: ['x'] };
    const translated = await post(running, `/v1beta/models/${model}:countTokens`, { contents, generationConfig });
    expect(translated.status).toBe(200);
    const { totalTokens } = (await translated.json()) as { totalTokens: number };
    expect(totalTokens).toBeGreaterThan(10);
    expect(translated.headers.get('x-fusebox-estimate')).toBeNull();
    expect(running.anthropic.requests.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
  });

  it('are estimated, and said to be, where the provider counts none', async () => {
    const fake = await startFakeOpenai({ flavour: 'compatible' });
    onTestFinished(() => fake.close());
    const entry = { name: 'local', 'base-url': fake.url, 'api-keys': [fake.key], models: [{ name: 'model-1' }] };
    const running = await startEngine({ settings: { 'openai-compatibility': [entry] } });
    const content = 'The quick brown fox jumps over <|endoftext|>.';
    const messages = [{ role: 'user', content }];
    const answer = await post(running, '/v1/messages/count_tokens', { model: 'model-1', messages });
    expect(answer.headers.get('x-fusebox-estimate')).toBe('input tokens');
    const { input_tokens } = (await answer.json()) as { input_tokens: number };
    expect(input_tokens).toBeGreaterThanOrEqual(10);
    expect(input_tokens).toBeLessThan(20);
    expect(fake.requests).toEqual([]);
  });
});

describe('thinking that a client cannot send back', () => {
  it('is put back in front of the tool call that it led to, with its signature', async () => {
    const running = await startEngine();
    const tools = [{ type: 'function', function: { name: 'ls', parameters: { type: 'object', properties: {} } } }];
    const ask = { ...chat(), reasoning_effort: 'medium', tools };
    running.anthropic.script(callsTools([{ name: 'ls', input: {} }], { thinking: 'I should look.' }));
    const first = (await (await post(running, '/v1/chat/completions', ask)).json()) as {
      choices: [{ message: { tool_calls: [{ id: string }] } }];
    };
    const { message } = first.choices[0];
    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'a.txt' };
    running.anthropic.script(says('One file.'));
    const second = await post(running, '/v1/chat/completions', {
      ...ask,
      messages: [...ask.messages, message, result],
    });
    expect(second.status).toBe(200);
    const sent = running.anthropic.requests.at(-1)?.json as {
      messages: { role: string; content: { type: string }[] }[];
    };
    const turn = sent.messages.find(({ role }) => role === 'assistant');
    expect(turn?.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  });
});

describe('an answer that the next request names', () => {
  it('is known for an hour where the upstream stores none', async () => {
    const running = await startEngine();
    running.anthropic.script(says('Paris.'));
    const first = await post(running, '/v1/responses', { model, input: 'Capital of France?' });
    const { id } = (await first.json()) as { id: string };
    const second = await post(running, '/v1/responses', { model, previous_response_id: id, input: 'And of Spain?' });
    expect(second.status).toBe(200);
    const sent = JSON.stringify(running.anthropic.requests.at(-1)?.json);
    for (const said of ['Capital of France?', 'Paris.', 'And of Spain?']) expect(sent).toContain(said);
  });

  it('is refused by its code when it is not known, or was not to be kept', async () => {
    const running = await startEngine();
    const first = await post(running, '/v1/responses', { model, store: false, input: 'Capital of France?' });
    const { id } = (await first.json()) as { id: string };
    for (const name of [id, 'resp_unknown']) {
      const answer = await post(running, '/v1/responses', { model, previous_response_id: name, input: 'And?' });
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('previous_response_not_found');
    }
  });
});

describe('routes of Code Assist', () => {
  const request = { contents: [{ role: 'user', parts: [{ text: 'say hi' }] }] };

  it('answer Gemini CLI in its envelope, whoever serves', async () => {
    const running = await startEngine();
    const whole = await post(running, '/v1internal:generateContent', { model, project: 'p', request });
    expect(whole.status).toBe(200);
    const body = (await whole.json()) as { response: { candidates: [{ content: { parts: [{ text: string }] } }] } };
    expect(body.response.candidates[0].content.parts[0].text.length).toBeGreaterThan(0);
    const streamed = await post(running, '/v1internal:streamGenerateContent?alt=sse', { model, project: 'p', request });
    const events = (await streamed.text()).split('\n\n').filter((event) => event.startsWith('data: '));
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expect(JSON.parse(event.slice(6))).toHaveProperty('response');
  });

  it('refuse in Google’s words', async () => {
    const running = await startEngine();
    const answer = await post(running, '/v1internal:generateContent', { model: 'nobody-has-this', request });
    expect(((await answer.json()) as { error: { status: string } }).error.status).toBe('NOT_FOUND');
  });
});

describe('a Gemini client without alt=sse', () => {
  const contents = [{ role: 'user', parts: [{ text: 'say hi' }] }];

  it('gets one JSON array, piece by piece', async () => {
    const running = await startEngine();
    const answer = await post(running, `/v1beta/models/${model}:streamGenerateContent`, { contents });
    expect(answer.headers.get('content-type')).toContain('application/json');
    const chunks = (await answer.json()) as unknown[];
    expect(chunks.length).toBeGreaterThan(1);
  });

  it('gets a failure in the middle as the array’s last element', async () => {
    const running = await startEngine();
    running.anthropic.script(
      says('A long text that is cut off', { errorEvent: { at: 4, type: 'overloaded_error', message: 'Overloaded' } }),
    );
    const answer = await post(running, `/v1beta/models/${model}:streamGenerateContent`, { contents });
    const chunks = (await answer.json()) as { error?: { message: string } }[];
    expect(chunks.at(-1)?.error?.message).toContain('Overloaded');
  });
});

describe('shortening a conversation', () => {
  it('is refused with 501 where the account’s provider does not do it, and never streamed', async () => {
    const running = await startEngine();
    const answer = await post(running, '/v1/responses/compact', { model, input: 'x' });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('/responses/compact not supported');
    expect((await post(running, '/v1/responses/compact', { model, input: 'x', stream: true })).status).toBe(400);
  });
});
