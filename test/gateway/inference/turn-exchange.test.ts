import { once } from 'node:events';
import { IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { exchangeTurn, type TurnExchange } from '../../../main/gateway/inference/responses/turn-exchange.ts';

interface Told {
  events: string[];
  refusals: [status: number, body: string][];
}

/** Serves a turn by `answer`; `whenFlowing` holds the answer back where it is given. */
function serve(
  answer: (exchange: TurnExchange) => void | Promise<void>,
  options: { whenFlowing?: (next: () => void) => void; signal?: AbortSignal } = {},
) {
  const told: Told = { events: [], refusals: [] };
  const req = new IncomingMessage(new Socket());
  req.url = '/v1/responses?x=1';
  req.headers = { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-key': 'x', 'x-kept': 'yes' };
  const turn = {
    body: Buffer.from('{"model":"m"}'),
    signal: options.signal ?? new AbortController().signal,
    whenFlowing: options.whenFlowing ?? ((next: () => void) => next()),
    listener: {
      event: (data: string) => void told.events.push(data),
      refused: (status: number, body: string) => void told.refusals.push([status, body]),
    },
  };
  const done = exchangeTurn(turn, { req, id: 'socket-1' }, async (exchange) => void (await answer(exchange)));
  return { done, told };
}

const stream = { 'content-type': 'text/event-stream; charset=utf-8' };

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}

it('a turn is an ordinary request, without what belonged to the handshake', async () => {
  const seen: unknown[] = [];
  const { done } = serve(async ({ req, res }) => {
    seen.push(req.method, req.url, { ...req.headers }, await bodyOf(req));
    res.end();
  });
  await done;
  expect(seen).toEqual([
    'POST',
    '/v1/responses?x=1',
    {
      'x-kept': 'yes',
      'x-session-affinity': 'socket-1',
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'content-length': '13',
    },
    '{"model":"m"}',
  ]);
});

it('events come out one by one, however the answer was written', async () => {
  const { done, told } = serve(({ res }) => {
    res.writeHead(200, stream);
    res.write(': keep-alive\n\nevent: a\ndata: {"type"');
    res.write(Buffer.from(':"é"}\n\ndata: {"n":2}\n\n'));
    res.end('data: [DONE]\n\n');
  });
  await done;
  expect(told).toEqual({ events: ['{"type":"é"}', '{"n":2}'], refusals: [] });
});

it.each([
  [429, { 'content-type': 'application/json' }],
  [500, stream],
])('an answer with status %i is a refusal', async (status, headers) => {
  const { done, told } = serve(({ res }) => {
    res.setHeader('x-other', 'y');
    res.writeHead(status, headers);
    res.end('{"error":{}}');
  });
  await done;
  expect(told).toEqual({ events: [], refusals: [[status, '{"error":{}}']] });
});

it('a client that does not read holds the answer back', async () => {
  let flow = () => {};
  const whenFlowing = (next: () => void) => {
    flow = next;
  };
  const piece = `data: "${'x'.repeat(64 * 1024)}"\n\n`;
  const { done, told } = serve(
    async ({ res }) => {
      res.writeHead(200, stream);
      expect(res.write(piece)).toBe(false);
      const drained = once(res, 'drain');
      res.write(piece);
      await turnOfLoop();
      expect(told.events).toHaveLength(1);
      flow();
      await turnOfLoop();
      expect(told.events).toHaveLength(2);
      flow();
      await drained;
      res.end();
      await turnOfLoop();
      flow();
    },
    { whenFlowing },
  );
  await done;
});

it('a client that leaves closes the answer', async () => {
  const client = new AbortController();
  let closed: ServerResponse | undefined;
  const { done, told } = serve(
    async ({ res }) => {
      res.writeHead(200, stream).write('data: 1\n\n');
      await turnOfLoop();
      client.abort();
      await once(res, 'close');
      closed = res;
    },
    { signal: client.signal },
  );
  await done;
  expect([closed?.destroyed, closed?.writableFinished]).toEqual([true, false]);
  expect(told).toEqual({ events: ['1'], refusals: [] });
});
