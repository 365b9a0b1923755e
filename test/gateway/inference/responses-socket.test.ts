import { beforeEach, describe, expect, it } from 'vitest';
import type { TurnListener } from '../../../main/gateway/inference/responses/socket-turn.ts';
import { createResponsesSocket, type ResponsesSocket } from '../../../main/gateway/inference/responses-socket.ts';

interface Turn {
  body: Record<string, unknown>;
  listener: TurnListener;
  signal: AbortSignal;
  end(): void;
  crash(): void;
}

let socket: ResponsesSocket;
let frames: Record<string, unknown>[];
let closes: number[];
let turns: Turn[];

beforeEach(() => {
  frames = [];
  closes = [];
  turns = [];
  let ids = 0;
  socket = createResponsesSocket({
    serve: (body, listener, signal) =>
      new Promise((resolve, reject) => {
        turns.push({
          body: JSON.parse(body.toString()),
          listener,
          signal,
          end: resolve,
          crash: () => reject(new Error('x')),
        });
      }),
    send: (text) => frames.push(JSON.parse(text)),
    close: (code) => closes.push(code),
    newId: (prefix) => `${prefix}${++ids}`,
    now: () => 1,
    maxBytes: 2000,
  });
});

const say = (message: object) => socket.receive(Buffer.from(JSON.stringify(message)));
const settled = () => new Promise((resolve) => setImmediate(resolve));
const user = (content: string) => ({ type: 'message', role: 'user', content });
const answer = (text: string) => ({ id: 'msg_1', type: 'message', role: 'assistant', content: text });
const done = (item: object) => JSON.stringify({ type: 'response.output_item.done', output_index: 0, item });
const completed = (id: string, output: object[] = []) =>
  JSON.stringify({ type: 'response.completed', response: { id, output } });

/** Lets the newest turn end well. */
async function finish(id: string, text: string): Promise<void> {
  const turn = turns.at(-1);
  turn?.listener.event(done(answer(text)));
  turn?.listener.event(completed(id));
  turn?.end();
  await settled();
}

describe('a conversation over a WebSocket', () => {
  it('serves each request as a stream and gives its events as frames', async () => {
    say({ type: 'response.create', model: 'm', input: 'hi' });
    expect(turns[0]?.body).toEqual({ model: 'm', input: 'hi', stream: true });
    await finish('resp_1', 'yo');
    expect(frames.map(({ type }) => type)).toEqual(['response.output_item.done', 'response.completed']);
  });

  it('goes on from its last answer, by name or by appending', async () => {
    say({ type: 'response.create', model: 'm', tools: [1], input: 'hi' });
    await finish('resp_1', 'yo');
    say({ type: 'response.create', model: 'm', previous_response_id: 'resp_1', input: [user('more')] });
    expect(turns[1]?.body).toEqual({ model: 'm', input: [user('hi'), answer('yo'), user('more')], stream: true });
    await finish('resp_2', 'sure');
    say({ type: 'response.append', input: [user('last')] });
    expect(turns[2]?.body.input).toEqual([user('hi'), answer('yo'), user('more'), answer('sure'), user('last')]);
    expect(turns[2]?.body.model).toBe('m');
  });

  it('leaves an answer that it does not know to whoever serves', async () => {
    say({ type: 'response.create', model: 'm', previous_response_id: 'resp_other', input: 'hi' });
    expect(turns[0]?.body.previous_response_id).toBe('resp_other');
  });

  it('answers a warm-up by itself, and the client may go on from it', async () => {
    say({ type: 'response.create', model: 'm', generate: false, input: [user('rules')] });
    expect(turns).toHaveLength(0);
    expect(frames).toMatchObject([
      { type: 'response.created', response: { id: 'resp_1', output: [] } },
      { type: 'response.completed', response: { id: 'resp_1', status: 'completed' } },
    ]);
    await settled();
    say({ type: 'response.create', model: 'm', previous_response_id: 'resp_1', input: [user('hi')] });
    expect(turns[0]?.body.input).toEqual([user('rules'), user('hi')]);
  });

  it('takes turns one after the other', async () => {
    say({ type: 'response.create', input: 'one' });
    say({ type: 'response.create', input: 'two' });
    expect(turns).toHaveLength(1);
    await finish('resp_1', 'a');
    expect(turns.map(({ body }) => body.input)).toEqual(['one', 'two']);
  });

  it('lets no more wait than one message may be large', async () => {
    for (const text of ['one', 'two', 'three']) say({ type: 'response.create', input: text.repeat(300) });
    expect(frames).toMatchObject([{ type: 'error', status: 429 }]);
    await finish('resp_1', 'a');
    expect(turns).toHaveLength(2);
  });

  it('says goodbye when it drains: at once, or behind the answer, and takes nothing more', async () => {
    say({ type: 'response.create', input: 'one' });
    say({ type: 'response.create', input: 'two' });
    socket.drain();
    say({ type: 'response.create', input: 'three' });
    expect(closes).toEqual([]);
    await finish('resp_1', 'a');
    expect([turns.length, closes]).toEqual([1, [1001]]);
  });

  it('ends a failed turn once, and keeps what was said before it', async () => {
    say({ type: 'response.create', input: 'hi' });
    await finish('resp_1', 'yo');
    say({ type: 'response.append', input: [user('bad')] });
    turns[1]?.listener.refused(429, '{"error":{"type":"rate_limit_error","message":"Wait"}}');
    turns[1]?.listener.event(completed('resp_2'));
    turns[1]?.end();
    await settled();
    expect(frames.slice(2)).toEqual([
      { type: 'error', status: 429, error: { type: 'rate_limit_error', message: 'Wait' } },
    ]);
    say({ type: 'response.append', input: [user('again')] });
    expect(turns[2]?.body.input).toEqual([user('hi'), answer('yo'), user('again')]);
  });

  it.each([
    ['ends without its last event', (turn: Turn | undefined) => turn?.end(), 502],
    ['throws', (turn: Turn | undefined) => turn?.crash(), 500],
  ])('says so when serving %s', async (_what, happen, status) => {
    say({ type: 'response.create', input: 'hi' });
    happen(turns[0]);
    await settled();
    expect(frames).toMatchObject([{ type: 'error', status }]);
  });

  it.each([
    ['an append before a create', { type: 'response.append', input: [] }],
    ['a message of another type', { type: 'session.update' }],
    ['a message that is a list', []],
  ])('refuses %s', async (_what, message) => {
    say(message);
    await settled();
    expect(frames).toMatchObject([{ type: 'error', status: 400, error: { type: 'invalid_request_error' } }]);
  });

  it('closes on a message that is too big and forgets a conversation that has become so', async () => {
    say({ type: 'response.create', input: 'x'.repeat(1500) });
    await finish('resp_1', 'y'.repeat(800));
    say({ type: 'response.create', previous_response_id: 'resp_1', input: 'more' });
    expect(turns[1]?.body.previous_response_id).toBe('resp_1');
    say({ type: 'response.create', input: 'z'.repeat(3000) });
    expect(closes).toEqual([1009]);
  });

  it('aborts what it serves when the socket closes, and says nothing more', async () => {
    say({ type: 'response.create', input: 'hi' });
    socket.closed();
    expect(turns[0]?.signal.aborted).toBe(true);
    await finish('resp_1', 'yo');
    say({ type: 'response.create', input: 'hi' });
    expect(frames).toEqual([]);
    expect(turns).toHaveLength(1);
  });
});
