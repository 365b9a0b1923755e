import { describe, expect, it } from 'vitest';
import { FakeClock } from '../fakes/clock.ts';
import type { Answer } from '../upstreams/answer.ts';
import { errors } from '../upstreams/anthropic/errors.ts';
import { fails, says } from '../upstreams/anthropic/replies.ts';
import { startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { gate } from '../upstreams/gate.ts';
import { startEngine } from './harness.ts';

const comment = ': keep-alive\n\n';

/** Reads an answer piece by piece. */
function reader(answer: Response) {
  const body = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    /** Resolves with all text so far, once it satisfies `enough`. */
    async until(enough: (text: string) => boolean): Promise<string> {
      while (!enough(text)) {
        const piece = await body?.read();
        if (!piece || piece.done) throw new Error(`ended too early: ${text}`);
        text += decoder.decode(piece.value, { stream: true });
      }
      return text;
    },
    async rest(): Promise<string> {
      for (let piece = await body?.read(); piece && !piece.done; piece = await body?.read())
        text += decoder.decode(piece.value, { stream: true });
      return text;
    },
  };
}

const commentsIn = (text: string) => text.split(comment).length - 1;

describe('while the upstream is silent', () => {
  it('a streaming client gets comments from second 10 on, before any upstream head', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic } = await startEngine({ clock });
    const hold = gate();
    anthropic.script(says('at last', { delivery: { beforeHead: hold } }));
    const asked = messages({ stream: true });
    await hold.reached;
    clock.advance(10_000);
    const answer = await asked;
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(answer.headers.get('x-fusebox-account')).toBe('owner@example.com');
    const text = reader(answer);
    expect(await text.until((seen) => seen.length > 0)).toBe(comment);
    clock.advance(9_999);
    clock.advance(1);
    expect(await text.until((seen) => seen.length > comment.length)).toBe(comment.repeat(2));
    hold.open();
    const whole = await text.rest();
    expect(whole).toMatch(/^(: keep-alive\n\n){2}event: message_start\n/);
    expect(whole).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    expect(commentsIn(whole)).toBe(2);
  });

  it('a failure after comments still moves on to the next account', async () => {
    const clock = new FakeClock(Date.now());
    const key = 'sk-ant-api03-second-account';
    const { messages, anthropic, engine, settings } = await startEngine({ clock, anthropic: { apiKeys: [key] } });
    await settings.update({ 'claude-api-key': [{ 'api-key': key, 'base-url': anthropic.url, priority: -1 }] });
    const hold = gate();
    anthropic.script(fails(errors.overloaded(), {}, { beforeHead: hold }), says('from the second'));
    const asked = messages({ stream: true });
    await hold.reached;
    clock.advance(10_000);
    const text = reader(await asked);
    await text.until((seen) => commentsIn(seen) === 1);
    hold.open();
    const whole = await text.rest();
    expect(whole.startsWith(`${comment}event: message_start\n`)).toBe(true);
    expect(whole).not.toContain('event: error');
    expect(engine.state().recent[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
      'overload: Overloaded',
      'served',
    ]);
  });

  it('a failure after comments is one error event of the wire format when nobody else can serve', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic, engine } = await startEngine({ clock, settings: { 'max-retry-interval': 0 } });
    const hold = gate();
    anthropic.script(fails(errors.overloaded(), {}, { beforeHead: hold }));
    const asked = messages({ stream: true });
    await hold.reached;
    clock.advance(10_000);
    const text = reader(await asked);
    await text.until((seen) => commentsIn(seen) === 1);
    hold.open();
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(await text.rest()).toBe(`${comment}event: error\ndata: ${JSON.stringify(error)}\n\n`);
    expect(engine.state().recent[0]?.status).toBe(529);
  });

  it('in the middle of an event, comments stand between events only', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic } = await startEngine({ clock });
    const hold = gate();
    const events = [
      'event: message_start\ndata: {"type":"message_start","message":{"usage":{}}}\n\n',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ];
    const stream = events.join('');
    const cut = stream.indexOf('_delta","index"');
    const answer: Answer = {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      parts: [stream.slice(0, cut), stream.slice(cut)],
      stream: true,
      delivery: { beforePart: { 1: hold } },
    };
    anthropic.script({ kind: 'raw', answer });
    const text = reader(await messages({ stream: true }, { path: '/v1/messages' }));
    await Promise.all([hold.reached, text.until((seen) => seen.includes('content_block_start'))]);
    clock.advance(10_000);
    await text.until((seen) => commentsIn(seen) === 1);
    hold.open();
    expect(await text.rest()).toBe(`${events[0]}${events[1]}${comment}${events[2]}${events[3]}`);
  });

  it('a client that waits for one whole answer gets nothing but that', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic } = await startEngine({ clock });
    const hold = gate();
    anthropic.script(says('whole', { delivery: { beforeHead: hold } }));
    const asked = messages();
    await hold.reached;
    clock.advance(60_000);
    hold.open();
    expect(await (await asked).json()).toMatchObject({ content: [{ text: 'whole' }] });
  });

  it('no timer outlives a refused, an answered or an abandoned request', async () => {
    const clock = new FakeClock(Date.now());
    const { messages, anthropic, engine } = await startEngine({ clock });
    const before = clock.pending;
    await (await messages({ stream: true, model: 'gpt-9' }, { path: '/v1/messages' })).text();
    await (await messages({ stream: true })).text();
    const hold = gate();
    anthropic.script(says('x', { delivery: { beforeHead: hold } }));
    const control = new AbortController();
    const left = messages({ stream: true }, { signal: control.signal });
    await hold.reached;
    control.abort();
    await expect(left).rejects.toThrow();
    await expect.poll(() => engine.state().gateway.inFlight).toBe(0);
    // The journal waits a moment to write several requests at once; whoever asks it makes it write now.
    await engine.journal.choices();
    expect(clock.pending).toBe(before);
  });
});

describe('an upstream that stays silent beyond the idle limit', () => {
  const settings = { timeouts: { idle: 1 } };

  it.each([
    ['before its head', { beforeHead: gate() }],
    ['within the handshake of a stream', { beforePart: { 1: gate() } }],
  ])('is given up %s with 504', async (_, delivery) => {
    const { messages, anthropic, engine } = await startEngine({ settings });
    anthropic.script(says('never', { delivery }));
    const answer = await messages({ stream: true });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'timeout_error' } });
    expect(engine.state().recent[0]?.attempts[0]?.outcome).toBe('network: Claude did not answer in time (timeout)');
    await anthropic.idle();
  });

  it('after the first byte ends the stream with an error event', async () => {
    const { messages, anthropic } = await startEngine({ settings });
    anthropic.script(says('never finished', { delivery: { beforePart: { 3: gate() } } }));
    const text = await (await messages({ stream: true })).text();
    const last = text.trimEnd().split('\n\n').at(-1);
    expect(last).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"[^"]*timeout/);
    expect(text).not.toContain('message_stop');
    await anthropic.idle();
  });

  it('cuts an answer that was asked for whole', async () => {
    const { messages, anthropic } = await startEngine({ settings });
    const parts = ['{"type":"message",', '"content":[]}'];
    const headers = { 'content-type': 'application/json' };
    const answer: Answer = { status: 200, headers, parts, delivery: { beforePart: { 1: gate() } } };
    anthropic.script({ kind: 'raw', answer });
    await expect(messages({}, { path: '/v1/messages' }).then((got) => got.text())).rejects.toThrow();
    await anthropic.idle();
  });
});

describe('an upstream where nobody listens', () => {
  it.each([true, false])('is a 502 in the wire format (stream: %s)', async (stream) => {
    const gone = await startFakeAnthropic();
    await gone.close();
    const { messages } = await startEngine({ settings: { endpoints: { claude: { api: gone.url } } } });
    const answer = await messages({ stream });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'api_error', message: expect.stringContaining('could not be reached (ECONNREFUSED)') },
    });
  });

  it("is a 502 on Amp's routes too", async () => {
    const running = await startEngine();
    await running.amp.close();
    const answer = await fetch(`${running.url}/api/internal?getUserInfo`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: 'amp_upstream_proxy_error' });
  });
});
