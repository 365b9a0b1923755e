import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDecoder } from '../../../main/protocols/openai-responses/decoder.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import { createStreamEvents } from '../../../main/protocols/translation/stream-events.ts';
import { callsTools, failsLate, says } from '../openai-responses/replies.ts';
import { gptSealing, xaiSealing } from '../openai-responses/sealed.ts';
import { planWithoutCodex, usageLimit } from './replies.ts';
import { type FakeCodex, startFakeCodex } from './server.ts';

let fake: FakeCodex;
beforeEach(async () => {
  fake = await startFakeCodex();
});
afterEach(() => fake.close());

const valid = {
  model: 'gpt-5.5',
  instructions: '',
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
};

function post(body: object, headers: Record<string, string> = {}, path = '/responses'): Promise<Response> {
  return fetch(fake.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${fake.account.accessToken}`,
      'chatgpt-account-id': fake.account.accountId,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

/** What the product's own decoder makes of a stream. */
async function answerIn(response: Response) {
  const events = createStreamEvents();
  const decoder = createDecoder();
  const collector = new AnswerCollector();
  const told = events.push(Buffer.from(await response.arrayBuffer())).flatMap((event) => decoder.push(event));
  collector.push([...told, ...decoder.end()]);
  return { answer: collector.answer(), failed: told.find(({ type }) => type === 'failed') };
}

const call = { type: 'function_call', call_id: 'c1', name: 'a', arguments: '{}' };

describe('the fake Codex backend', () => {
  it('streams an answer with limits in front, and no output in the final event', async () => {
    fake.script(says('Hello.', { reasoning: ['One.', 'Two.'] }));
    const response = await post(valid);
    expect(response.headers.get('x-codex-primary-window-minutes')).toBe('300');
    const copy = response.clone();
    const { answer } = await answerIn(response);
    expect(answer.parts.map(({ start, text }) => [start.kind, text])).toEqual([
      ['thinking', 'One.\n\nTwo.'],
      ['text', 'Hello.'],
    ]);
    expect(gptSealing.isOwn(answer.parts[0]?.signature ?? '')).toBe(true);
    const text = await copy.text();
    expect(text.startsWith('event: codex.rate_limits\n')).toBe(true);
    expect(text).toMatch(/"type":"response.completed".*"output":\[\]/);
  });

  it('makes parallel calls whose deltas take turns', async () => {
    fake.script(
      callsTools([
        { name: 'a', input: { city: 'Paris, France' } },
        { name: 'b', input: { city: 'Oslo, Norway' } },
      ]),
    );
    const { answer } = await answerIn(await post({ ...valid, tools: [{ type: 'function', name: 'a' }] }));
    expect(answer.parts.map(({ text }) => text)).toEqual(['{"city":"Paris, France"}', '{"city":"Oslo, Norway"}']);
    expect(answer.finish).toBe('tool-calls');
  });

  it('fails late, after the events that say that work has begun', async () => {
    fake.script(failsLate('server_is_overloaded', 'Busy'));
    const { failed } = await answerIn(await post(valid));
    expect(failed).toMatchObject({ error: { status: 503, code: 'server_is_overloaded' } });
  });

  it.each([
    ['no stream', { stream: false }, /Stream must be set to true/],
    ['storing', { store: true }, /Store must be set to false/],
    ['no instructions', { instructions: undefined }, /Instructions are required/],
    ['a limit', { max_output_tokens: 100 }, /Unsupported parameter: max_output_tokens/],
    ['sampling', { temperature: 1 }, /Unsupported parameter: temperature/],
    ['an earlier answer', { previous_response_id: 'resp_1' }, /Unsupported parameter/],
    ['text as input', { input: 'hi' }, /Input must be a list/],
    ['another model', { model: 'gpt-4o' }, /not supported when using Codex/],
    ['a field that nobody knows', { stop: ['x'] }, /Unknown parameter: 'stop'/],
    ['parallel calls without tools', { parallel_tool_calls: true }, /only allowed when 'tools'/],
    ['plain JSON output', { text: { format: { type: 'json_object' } } }, /json_object/],
    ['a preview tool', { tools: [{ type: 'web_search_preview' }] }, /web_search_preview/],
    ['a name that is too long', { tools: [{ type: 'function', name: 'x'.repeat(65) }] }, /does not match pattern/],
    ['a foreign id', { input: [{ ...call, id: 'toolu_1' }] }, /begins with 'fc'/],
    ['a long id', { input: [{ ...call, id: `fc_${'x'.repeat(80)}` }] }, /string too long/],
    ['a call without output', { input: [call] }, /No tool output found/],
    [
      'an output without call',
      { input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] },
      /No tool call found/,
    ],
    [
      'foreign reasoning',
      { input: [{ type: 'reasoning', summary: [], encrypted_content: xaiSealing.seal('x') }] },
      /could not be verified/,
    ],
    ['a stored item', { input: [{ type: 'item_reference', id: 'rs_1' }] }, /not persisted/],
    ['an effort that the model lacks', { reasoning: { effort: 'minimal' } }, /Unsupported value: 'minimal'/],
  ])('refuses %s', async (_what, more, words) => {
    const response = await post({ ...valid, ...more });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(words);
  });

  it('knows its accounts by token and account id', async () => {
    expect((await post(valid, { authorization: 'Bearer other' })).status).toBe(401);
    expect((await post(valid, { 'chatgpt-account-id': 'other' })).status).toBe(401);
    fake.account.expired = true;
    expect((await post(valid)).status).toBe(401);
  });

  it('says in several ways when a used-up plan has room again', async () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    fake.script(usageLimit('resets_at', 60, now), usageLimit('headers', 60, now), usageLimit('retry-after', 60, now));
    const first = await post(valid);
    expect(first.status).toBe(429);
    expect(await first.json()).toMatchObject({ error: { type: 'usage_limit_reached', resets_at: now / 1000 + 60 } });
    expect((await post(valid)).headers.get('x-codex-primary-used-percent')).toBe('100');
    expect((await post(valid)).headers.get('retry-after')).toBe('60');
    fake.script(planWithoutCodex());
    expect(await (await post(valid)).json()).toMatchObject({ error: { type: 'usage_not_included' } });
  });

  it('shortens conversations and tells what is left', async () => {
    const { stream: _stream, store: _store, include: _include, ...body } = valid;
    const compacted = await post(body, {}, '/responses/compact');
    expect(await compacted.json()).toMatchObject({ output: [{ type: 'compaction' }] });
    expect((await post(valid, {}, '/responses/compact')).status).toBe(400);
    const usage = await fetch(`${fake.origin}/backend-api/wham/usage`, {
      headers: { authorization: `Bearer ${fake.account.accessToken}`, 'chatgpt-account-id': fake.account.accountId },
    });
    expect(await usage.json()).toMatchObject({
      plan_type: 'plus',
      rate_limit: { primary_window: { used_percent: 12 } },
    });
  });
});

describe('the fake Codex backend over a WebSocket', () => {
  function open(headers: Record<string, string> = { 'openai-beta': 'responses_websockets=2026-02-06' }): WebSocket {
    return new WebSocket(`${fake.url.replace('http', 'ws')}/responses`, {
      headers: {
        authorization: `Bearer ${fake.account.accessToken}`,
        'chatgpt-account-id': fake.account.accountId,
        ...headers,
      },
    });
  }

  /** Frames up to the one that ends the turn. */
  function turn(socket: WebSocket, body: object): Promise<Record<string, unknown>[]> {
    return new Promise((resolve) => {
      const frames: Record<string, unknown>[] = [];
      const listen = (data: unknown) => {
        const frame = JSON.parse(String(data)) as Record<string, unknown>;
        frames.push(frame);
        if (frame.type !== 'response.done' && frame.type !== 'error') return;
        socket.off('message', listen);
        resolve(frames);
      };
      socket.on('message', listen);
      socket.send(JSON.stringify({ type: 'response.create', ...body }));
    });
  }

  it('answers frames with events, and goes on from its own answers', async () => {
    const socket = open();
    await new Promise((resolve) => socket.once('open', resolve));
    const warm = await turn(socket, { ...valid, generate: false });
    expect(warm.at(-1)).toMatchObject({ type: 'response.done', response: { output: [] } });
    const first = await turn(socket, valid);
    const { id } = Object(first.at(-1)?.response) as { id: string };
    const next = await turn(socket, { ...valid, previous_response_id: id });
    expect(next.at(-1)).toMatchObject({ type: 'response.done' });
    const unknown = await turn(socket, { ...valid, previous_response_id: 'resp_other' });
    expect(unknown).toMatchObject([{ type: 'error', status: 400, error: { code: 'previous_response_not_found' } }]);
    expect(fake.frames).toHaveLength(4);
    socket.close();
  });

  it('refuses an upgrade without its beta header', async () => {
    const socket = open({});
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (request, response) => {
        resolve(response.statusCode);
        request.destroy();
      });
    });
    expect(status).toBe(400);
  });
});
