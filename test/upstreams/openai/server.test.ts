import { describe, expect, it, onTestFinished } from 'vitest';
import { callsTools, says } from './replies.ts';
import { type FakeOpenaiOptions, startFakeOpenai } from './server.ts';

const hi = { role: 'user', content: 'hi' };
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };

async function start(options: FakeOpenaiOptions = {}) {
  const fake = await startFakeOpenai(options);
  onTestFinished(() => fake.close());
  const ask = (body: object, headers: Record<string, string> = { authorization: `Bearer ${fake.key}` }) =>
    fetch(`${fake.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { fake, ask };
}

const body = (more: object = {}) => ({ model: 'gpt-5.5', messages: [hi], ...more });

describe('the fake refuses', () => {
  it.each([
    [body({ model: 'gpt-1' }), 404],
    [body({ strange: 1 }), 400],
    [body({ messages: [] }), 400],
    [body({ messages: [{ role: 'robot', content: '' }] }), 400],
    [body({ messages: [{ role: 'user', content: null }] }), 400],
    [body({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'ftp://x' } }] }] }), 400],
    [body({ messages: [hi, { role: 'tool', tool_call_id: 'c', content: '' }] }), 400],
    [body({ messages: [hi, { role: 'assistant', tool_calls: [call] }] }), 400],
    [body({ messages: [hi, { role: 'assistant', tool_calls: [call] }, hi] }), 400],
    [body({ messages: [hi, { role: 'assistant', tool_calls: [{ ...call, id: 'x'.repeat(41) }] }] }), 400],
    [body({ tools: [] }), 400],
    [body({ tools: [{ type: 'function', function: { name: 'a b' } }] }), 400],
    [body({ tools: [tool, tool] }), 400],
    [body({ tool_choice: 'auto' }), 400],
    [body({ tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } }), 400],
    [body({ stream_options: { include_usage: true } }), 400],
    [body({ max_tokens: 5 }), 400],
    [body({ temperature: 0.5 }), 400],
    [body({ model: 'gpt-4.1', stop: ['a', 'b', 'c', 'd', 'e'] }), 400],
    [body({ response_format: { type: 'json_object' } }), 400],
  ])('%j', async (asked, status) => {
    const { ask } = await start();
    const answer = await ask(asked);
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { message: expect.any(String) } }]);
  });

  it('requests without a key, or with another one', async () => {
    const { ask } = await start();
    expect((await ask(body(), {})).status).toBe(401);
    expect(await (await ask(body(), { authorization: 'Bearer x' })).json()).toMatchObject({
      error: { code: 'invalid_api_key' },
    });
  });
});

describe('the fake answers', () => {
  it('whole, with tools', async () => {
    const { fake, ask } = await start();
    fake.script(callsTools([{ name: 'f', input: { a: 1 } }], { text: 'ok', usage: { prompt: 5 } }));
    const messages = [hi, { role: 'assistant', tool_calls: [call] }, { role: 'tool', tool_call_id: 'c', content: 'x' }];
    expect(await (await ask(body({ tools: [tool], messages }))).json()).toMatchObject({
      choices: [
        {
          message: { content: 'ok', tool_calls: [{ function: { arguments: '{"a":1}' } }] },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 5 },
    });
  });

  it('as a stream, with usage only where it is asked for', async () => {
    const { fake, ask } = await start();
    fake.script(says('Hi', { thinking: 'hm' }), says('Hi'));
    const stream = await (await ask(body({ stream: true, stream_options: { include_usage: true } }))).text();
    expect(stream).toMatch(
      /"role":"assistant".*"reasoning_content":"hm".*"content":"Hi".*"finish_reason":"stop".*"prompt_tokens":20.*\[DONE\]/s,
    );
    expect(await (await ask(body({ stream: true }))).text()).not.toContain('usage');
  });
});
