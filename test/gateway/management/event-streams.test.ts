import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createEventStreams } from '../../../main/gateway/management/event-streams.ts';
import type { LogLine } from '../../../main/journal/log-tail.ts';
import type { AppState } from '../../../preload/contract.ts';
import { FakeClock } from '../../fakes/clock.ts';

/** Streams between a real server and a reader that may stop reading. */
async function stage() {
  const clock = new FakeClock();
  const tellState = new Set<(state: AppState) => void>();
  const tellLine = new Set<(line: LogLine) => void>();
  let state = { version: '1', recent: [] } as unknown as AppState;
  const sources = {
    state: () => state,
    onState: follow(tellState),
    onRecord: () => () => {},
    onLine: follow(tellLine),
  };
  const streams = createEventStreams(sources, clock);
  const server = createServer((req, res) => streams.open(res, req.url === '/logs' ? ['logs'] : ['state'])).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    clock,
    tellLine,
    tellState,
    change(next: object) {
      state = { ...state, ...next };
      for (const tell of tellState) tell(state);
    },
    async read(path: string) {
      const opened = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
      const [answer] = (await once(get(`http://127.0.0.1:${port}${path}`), 'response')) as [IncomingMessage];
      const [, res] = await opened;
      return { answer, res };
    },
  };
}

function follow<T>(listeners: Set<(value: T) => void>) {
  return (listener: (value: T) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
}

it('a reader that does not read is let go, with everything that it held', async () => {
  const { read, tellLine, clock } = await stage();
  const { answer, res } = await read('/logs');
  answer.pause();
  const closed = once(res, 'close');
  const line = { at: 1, text: 'x'.repeat(16_000) };
  for (let count = 0; count < 2_000 && tellLine.size > 0; count++) for (const tell of tellLine) tell(line);
  await closed;
  answer.on('error', () => {});
  expect([tellLine.size, clock.pending]).toEqual([0, 0]);
});

it('many changes at once are one patch, and a part that is gone is null', async () => {
  const { read, change, clock } = await stage();
  const { answer } = await read('/state');
  let text = '';
  answer.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const patches = () =>
    [...text.matchAll(/^event: patch\ndata: (.+)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
  const until = async (count: number) => {
    while (patches().length < count) await once(answer, 'data');
  };
  change({ settingsProblem: 'a' });
  await until(1);
  for (const settingsProblem of ['b', 'c', 'd']) change({ settingsProblem });
  change({ version: '1' });
  clock.advance(250);
  await until(2);
  clock.advance(250);
  change({ settingsProblem: undefined });
  await until(3);
  expect(patches()).toEqual([{ settingsProblem: 'a' }, { settingsProblem: 'd' }, { settingsProblem: null }]);
});
