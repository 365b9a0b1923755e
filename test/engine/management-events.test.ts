import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RequestRecord } from '../../main/journal/record.ts';
import type { AppState } from '../../preload/contract.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startEngine } from './harness.ts';
import { type Management, managementOf } from './management.ts';

interface Live {
  name: string;
  data: unknown;
}

/** A reader of live events on a socket of its own. */
async function listen({ url, token }: Management, question = '') {
  const sent = request(`${url}/events${question}`, { headers: { authorization: `Bearer ${token}` } }).end();
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  onTestFinished(() => void sent.destroy());
  let text = '';
  answer.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const ended = once(answer, 'end').then(() => 'ended');
  ended.catch(() => {});
  const events = (): Live[] =>
    [...text.matchAll(/^event: (.+)\ndata: (.+)\n\n/gm)].map(([, name = '', data = '']) => ({
      name,
      data: JSON.parse(data),
    }));
  const until = async (wanted: (live: Live) => boolean): Promise<Live> => {
    for (let found = events().find(wanted); ; found = events().find(wanted)) {
      if (found) return found;
      await once(answer, 'data');
    }
  };
  return { answer, events, until, ended, text: () => text, leave: () => sent.destroy() };
}

describe('live events', () => {
  it('begin with the whole state, and go on with what changes and with each request', async () => {
    const running = await startEngine();
    const live = await listen(await managementOf(running));
    expect(live.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    const first = await live.until(({ name }) => name === 'state');
    expect((first.data as AppState).accounts).toMatchObject([{ id: 'seed', status: 'ready' }]);
    await running.engine.pauseAccount('seed', true);
    const patch = await live.until(({ name, data }) => name === 'patch' && 'accounts' in (data as object));
    expect(patch.data).not.toHaveProperty('vault');
    expect(patch.data).toMatchObject({ accounts: [{ status: 'paused' }] });
    await (await running.messages()).text();
    const record = await live.until(({ name }) => name === 'request');
    expect((record.data as RequestRecord).modelAsked).toBe('claude-opus-4-7');
    expect(live.text()).not.toContain(running.anthropic.account.accessToken);
  });

  it('are only those that are asked for', async () => {
    const running = await startEngine();
    const management = await managementOf(running);
    const live = await listen(management, '?topics=logs');
    await management.send('PUT', '/request-log', { value: true });
    await live.until(({ data }) => (data as { text: string }).text.includes('request-log is on'));
    expect(new Set(live.events().map(({ name }) => name))).toEqual(new Set(['log']));
    for (const question of ['?topics=', '?topics=everything', '?topics=state,,logs', '?what=1'])
      expect((await management.send('GET', `/events${question}`)).status, question).toBe(400);
  });

  it('end in order when the gateway stops, which does not wait for them', async () => {
    const running = await startEngine();
    const live = await listen(await managementOf(running));
    await live.until(({ name }) => name === 'state');
    const begun = performance.now();
    await running.engine.stop();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(await live.ended).toBe('ended');
    expect(live.events().at(-1)).toEqual({ name: 'end', data: { reason: 'stopping' } });
  });

  it('show by a comment every 15 seconds that somebody is there', async () => {
    const clock = new FakeClock(Date.now());
    const live = await listen(await managementOf(await startEngine({ clock })), '?topics=logs');
    clock.advance(15_000);
    while (!live.text().includes(': \n\n')) await once(live.answer, 'data');
    clock.advance(15_000);
    while (live.text().split(': \n\n').length < 3) await once(live.answer, 'data');
  });

  it('are for 32 readers at a time, and a reader that leaves makes room', async () => {
    const running = await startEngine();
    const management = await managementOf(running);
    const readers = await Promise.all(Array.from({ length: 32 }, () => listen(management, '?topics=logs')));
    expect(await management.send('GET', '/events')).toMatchObject({ status: 429, json: { code: 'too_many_streams' } });
    readers[0]?.leave();
    await expect
      .poll(async () => {
        const controller = new AbortController();
        const answer = await fetch(`${management.url}/events?topics=logs`, {
          headers: { authorization: `Bearer ${management.token}` },
          signal: controller.signal,
        });
        controller.abort();
        return answer.status;
      })
      .toBe(200);
  });
});
