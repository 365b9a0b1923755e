import { describe, expect, it } from 'vitest';
import { errors } from '../upstreams/anthropic/errors.ts';
import { type AnthropicReply, fails, rateLimited, says } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { gate } from '../upstreams/gate.ts';
import type { RecordedRequest } from '../upstreams/recording.ts';
import { type Running, type Setup, startEngine } from './harness.ts';

const apiKey = 'sk-ant-api03-second-account';

/** An engine with a subscription, and an API key at the same fake; the key's priority decides who comes first. */
async function twoAccounts(priority: number, setup: Setup = {}): Promise<Running> {
  const running = await startEngine({ ...setup, anthropic: { apiKeys: [apiKey], ...setup.anthropic } });
  await addKeys(running, [{ 'api-key': apiKey, 'base-url': running.anthropic.url, priority }]);
  return running;
}

type Key = { 'api-key': string; 'base-url': string; priority?: number };

async function addKeys({ settings }: Running, keys: Key[]): Promise<void> {
  await settings.update({ 'claude-api-key': keys });
}

/** What tells the fake's callers apart. */
const whoAsked = ({ requests }: FakeAnthropic) =>
  requests.map(({ headers }) => (headers['x-api-key'] === undefined ? 'subscription' : 'key'));

const asSubscription = ({ headers }: RecordedRequest) => headers.authorization !== undefined;

describe('a failure before the first byte', () => {
  const failures: [string, AnthropicReply, string][] = [
    ['429', rateLimited('retry-after', 60, Date.now()), 'quota: '],
    ['529', fails(errors.overloaded()), 'overload: Overloaded'],
    ['500', fails(errors.api()), 'overload: '],
    [
      'an error after the handshake',
      says('x', { errorEvent: { at: 1, type: 'overloaded_error', message: 'Overloaded' } }),
      'overload: Overloaded',
    ],
    ['a cut before the head', says('x', { delivery: { cut: 'before-head' } }), 'network: '],
    ['a cut within the handshake', says('x', { delivery: { cut: { afterBytes: 20 } } }), 'network: '],
    ['a reset', says('x', { delivery: { cut: { afterBytes: 0, reset: true } } }), 'network: '],
  ];

  it.each(failures)('moves on to the next account: %s', async (_, reply, outcome) => {
    const { messages, anthropic, engine } = await twoAccounts(-1);
    anthropic.script({ reply, when: asSubscription });
    const answer = await messages({ stream: true });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('message_stop');
    expect(answer.headers.get('x-fusebox-account')).toBe('API key [redacted ...ount]');
    expect(answer.headers.get('x-fusebox-route')).toBe('local; next in order after a failure');
    expect(whoAsked(anthropic)).toEqual(['subscription', 'key']);
    const [record] = engine.state().recent;
    expect(record?.attempts).toEqual(
      [
        { via: 'seed', label: 'owner@example.com', reason: 'next in turn', outcome: expect.stringContaining(outcome) },
        {
          via: expect.stringMatching(/^claude:key:/),
          label: expect.stringContaining('API key'),
          reason: 'next in order after a failure',
          outcome: 'served',
          status: 200,
        },
      ].map((attempt) => expect.objectContaining(attempt)),
    );
    expect(record).toMatchObject({ route: 'local', status: 200, reason: 'next in order after a failure' });
  });

  it('moves on when nobody listens at the first address', async () => {
    const gone = await startFakeAnthropic();
    await gone.close();
    const running = await startEngine({ signedIn: false, anthropic: { apiKeys: [apiKey] } });
    await addKeys(running, [
      { 'api-key': 'sk-ant-api03-nobody-home', 'base-url': gone.url, priority: 1 },
      { 'api-key': apiKey, 'base-url': running.anthropic.url },
    ]);
    expect((await running.messages()).status).toBe(200);
    const outcomes = running.engine.state().recent[0]?.attempts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['network: Claude could not be reached (ECONNREFUSED)', 'served']);
  });

  it("shows the last account's words when all fail", async () => {
    const { messages, anthropic, engine, settings } = await twoAccounts(-1);
    await settings.update({ 'max-retry-interval': 0 });
    anthropic.script({ reply: fails(errors.overloaded()), times: 1 });
    anthropic.script({ reply: rateLimited('retry-after', 33, Date.now()), times: 1 });
    const answer = await messages({ stream: true });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '33']);
    expect(engine.state().recent[0]?.attempts).toHaveLength(2);
  });

  it('ends the matter when the request itself is at fault', async () => {
    const { messages, anthropic } = await twoAccounts(-1);
    const answer = await messages({ max_tokens: -1 });
    expect(answer.status).toBe(400);
    expect(whoAsked(anthropic)).toEqual(['subscription']);
  });
});

describe('after the first byte', () => {
  it('nothing is repeated: one error event ends the stream', async () => {
    const { messages, anthropic, engine } = await twoAccounts(-1);
    anthropic.script(says('This answer is cut somewhere in the middle', { delivery: { cut: { afterBytes: 900 } } }));
    const text = await (await messages({ stream: true })).text();
    expect(text.match(/^event: error$/gm)).toHaveLength(1);
    expect(whoAsked(anthropic)).toEqual(['subscription']);
    expect(engine.state().recent[0]?.attempts[0]?.outcome).toContain("the provider's connection failed");
  });
});

describe('the order of accounts', () => {
  it('goes round among equal priorities', async () => {
    const { messages, anthropic } = await twoAccounts(0);
    const conversation = (turn: number) => ({ messages: [{ role: 'user', content: `conversation ${turn}` }] });
    for (let turn = 0; turn < 4; turn++) expect((await messages(conversation(turn))).status).toBe(200);
    expect(whoAsked(anthropic)).toEqual(['key', 'subscription', 'key', 'subscription']);
  });

  it('keeps to the highest priority', async () => {
    const { messages, anthropic } = await twoAccounts(5);
    for (let round = 0; round < 3; round++) await messages();
    expect(whoAsked(anthropic)).toEqual(['key', 'key', 'key']);
  });

  it('leaves a paused account out at once, also while another request uses it', async () => {
    const { messages, anthropic, engine } = await twoAccounts(-1);
    const hold = gate();
    anthropic.script(says('under way', { delivery: { beforePart: { 2: hold } } }));
    const underWay = messages({ stream: true });
    await hold.reached;
    await engine.pauseAccount('seed', true);
    expect((await messages()).headers.get('x-fusebox-route')).toBe('local; the only account that is available');
    hold.open();
    expect(await (await underWay).text()).toContain('message_stop');
    await engine.pauseAccount('seed', false);
    await messages({ messages: [{ role: 'user', content: 'another conversation' }] });
    expect(whoAsked(anthropic)).toEqual(['subscription', 'key', 'subscription']);
  });

  it('refuses with the reasons when every account is paused', async () => {
    const { messages, anthropic, engine } = await startEngine();
    await engine.pauseAccount('seed', true);
    const answer = await messages();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('owner@example.com: paused') },
    });
    expect(anthropic.requests).toEqual([]);
  });

  it('forgets an account that leaves the settings', async () => {
    const running = await twoAccounts(5);
    await addKeys(running, []);
    await running.messages();
    expect(whoAsked(running.anthropic)).toEqual(['subscription']);
  });
});

describe('an API key that the provider refuses', () => {
  it('is asked once, then shown as refused, while the other account serves', async () => {
    const running = await startEngine();
    const { messages, anthropic, engine } = running;
    await addKeys(running, [
      { 'api-key': 'sk-ant-api03-wrong-key-of-the-owner', 'base-url': anthropic.url, priority: 5 },
    ]);
    for (let turn = 0; turn < 3; turn++) expect((await messages()).status).toBe(200);
    expect(whoAsked(anthropic)).toEqual(['key', 'subscription', 'subscription', 'subscription']);
    expect(
      engine
        .state()
        .accounts.map(({ status }) => status)
        .sort(),
    ).toEqual(['needs-sign-in', 'ready']);
  });
});
