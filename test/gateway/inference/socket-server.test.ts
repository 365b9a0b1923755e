import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../../main/clock.ts';
import { callerOf } from '../../../main/gateway/context.ts';
import { createSocketServer } from '../../../main/gateway/inference/responses/socket-server.ts';
import { listenLocally } from '../../upstreams/local-server.ts';

test('a handshake that is under way when the gateway stops is closed like the others', async () => {
  const limits = { maxBodyBytes: 1000, keepAliveMs: 60_000 };
  const sockets = createSocketServer({ clock: systemClock, newId: () => 'id', limits: () => limits });
  let drained: Promise<void> | undefined;
  let overs = 0;
  const server = await listenLocally({
    async request() {},
    upgrade(req, socket, head) {
      const ctx = callerOf(req, 'id', 0);
      void sockets.open({ ctx, socket, head, handle: async () => {}, closed: () => overs++ });
      drained = sockets.drain();
    },
  });
  onTestFinished(() => server.close());
  const client = new WebSocket(server.origin.replace('http', 'ws'));
  const [code] = await once(client, 'close');
  await drained;
  expect([code, overs]).toEqual([1001, 1]);
  expect(drained).toBeDefined();
});
