import { expect } from 'vitest';
import type { Ask, AskedTool, SdkClient, Talk } from './scenario.ts';
import type { ConformanceUpstream } from './upstream.ts';

export interface Pair {
  client: SdkClient;
  upstream: ConformanceUpstream;
  /** A new conversation of the client with the upstream, through the gateway. */
  talk(): Talk;
  /** Ends the cooldowns that a refusal has caused. */
  reset(): Promise<void>;
}

/** One pixel, as a PNG. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const weather: AskedTool = {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const person = {
  name: 'person',
  schema: {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  },
};

const natural = /^(end_turn|stop|completed|STOP)$/;
const toolEnd = /^(tool_use|tool_calls|completed|STOP)$/;

/** What every SDK must get from every upstream; columns of docs/conformance.md, in this order. */
export const scenarios: Readonly<Record<string, (pair: Pair) => Promise<void>>> = {
  async answer({ upstream, talk }) {
    upstream.answer({ text: 'Hello there.' });
    const heard = await talk().ask({ prompt: 'Say hello', stream: false });
    expect(heard).toMatchObject({ text: 'Hello there.', calls: [], finish: expect.stringMatching(natural) });
    expect(heard.usage?.input).toBeGreaterThan(0);
    expect(heard.usage?.output).toBeGreaterThan(0);
    expect(upstream.lastBody()).toContain('Say hello');
  },

  async stream({ upstream, talk }) {
    const text = 'A long answer arrives in several pieces, one after the other.';
    upstream.answer({ text });
    const heard = await talk().ask({ prompt: 'Tell me more', stream: true });
    expect(heard).toMatchObject({ text, finish: expect.stringMatching(natural) });
    expect(heard.pieces).toBeGreaterThan(1);
    expect(heard.usage?.output).toBeGreaterThan(0);
  },

  async tool(pair) {
    for (const stream of [false, true]) await useTools(pair, stream, ['Paris']);
  },

  async 'parallel tools'(pair) {
    for (const stream of [false, true]) await useTools(pair, stream, ['Paris', 'Oslo']);
  },

  async picture({ upstream, talk }) {
    upstream.answer({ text: 'A dot.' });
    const heard = await talk().ask({ prompt: 'What is this?', stream: false, image: picture });
    expect(heard.text).toBe('A dot.');
    expect(upstream.lastBody()).toContain(picture);
  },

  async thinking({ upstream, talk }) {
    for (const stream of [false, true]) {
      const conversation = talk();
      const ask = { stream, thinking: true, tools: [weather] };
      upstream.answer({ thinking: 'They want weather.', calls: [{ name: 'get_weather', input: { city: 'Rome' } }] });
      const first = await conversation.ask({ prompt: 'Weather in Rome?', ...ask });
      const [call] = first.calls;
      if (!call) throw new Error('No tool was called');
      // The strict fakes refuse history whose thinking is not as they signed it, where they demand it.
      upstream.answer({ text: 'Sunny.' });
      const second = await conversation.giveResults({ [call.id]: 'sunny' }, ask);
      expect(second.text).toBe('Sunny.');
    }
  },

  async 'structured output'({ upstream, talk }) {
    for (const stream of [false, true]) {
      upstream.answer({ text: '{"name":"Ada","age":36}' });
      const heard = await talk().ask({ prompt: 'Who is it?', stream, schema: person });
      expect(JSON.parse(heard.text)).toEqual({ name: 'Ada', age: 36 });
      expect(upstream.lastBody()).toContain('"age"');
    }
  },

  async errors({ client, upstream, talk, reset }) {
    for (const stream of [false, true]) {
      upstream.refuse('invalid');
      const invalid = client.errorOf(await failureOf(talk().ask({ prompt: 'Wrong', stream })));
      expect(invalid).toMatchObject({ name: expect.stringMatching(/^(BadRequestError|ApiError)$/), status: 400 });
      upstream.refuse('rate-limit');
      const limited = client.errorOf(await failureOf(talk().ask({ prompt: 'Too much', stream })));
      expect(limited).toMatchObject({ name: expect.stringMatching(/^(RateLimitError|ApiError)$/), status: 429 });
      await reset();
    }
  },

  async abort({ upstream, talk }) {
    const controller = new AbortController();
    const { clientGone } = upstream.stall();
    const asked: Ask = { prompt: 'Go on', stream: true, signal: controller.signal, onPiece: () => controller.abort() };
    await failureOf(talk().ask(asked));
    await clientGone;
  },
};

async function useTools({ upstream, talk }: Pair, stream: boolean, cities: readonly string[]): Promise<void> {
  const conversation = talk();
  upstream.answer({ calls: cities.map((city) => ({ name: weather.name, input: { city } })) });
  const asked = await conversation.ask({ prompt: `Weather in ${cities.join(' and ')}?`, stream, tools: [weather] });
  expect(asked.calls.map(({ name, input }) => ({ name, input }))).toEqual(
    cities.map((city) => ({ name: weather.name, input: { city } })),
  );
  expect(asked.finish).toMatch(toolEnd);
  expect(new Set(asked.calls.map(({ id }) => id)).size).toBe(cities.length);
  upstream.answer({ text: 'It is sunny.' });
  const results = Object.fromEntries(asked.calls.map(({ id }, index) => [id, `sunny in ${cities[index]}`]));
  const told = await conversation.giveResults(results, { stream, tools: [weather] });
  expect(told.text).toBe('It is sunny.');
  for (const city of cities) expect(upstream.lastBody()).toContain(`sunny in ${city}`);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: unknown) => error,
  );
}
