import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startFakeAmp } from '../../upstreams/amp/server.ts';
import { gate } from '../../upstreams/gate.ts';
import { Cleanup, RawConnection, type StandOptions, standstill } from './stand.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const path = '/actors/gateway/threadActor/websocket/?rvt-namespace=default&rvt-method=get&rvt-key=T-1';
const handshake = (...more: string[]) => [
  `GET ${path} HTTP/1.1`,
  'Host: 127.0.0.1',
  'Connection: Upgrade, X-Hop',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'X-Hop: 1',
  ...more,
  '',
  '',
];

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The control plane before an upstream that treats handshakes so. */
async function standBefore(upgrade: Upgrade, options: StandOptions = {}) {
  const upstream = await cleanup.server({ request: async (_req, res) => void res.end(), upgrade });
  return { upstream, stand: await cleanup.stand({ upstreamUrl: upstream.origin, ...options }) };
}

/** A client that has sent its handshake. */
function knock(origin: string): RawConnection {
  const client = new RawConnection(origin);
  client.send(...handshake());
  return client;
}

/** An upstream that accepts any handshake at once and hands over the bare socket. */
async function accepting(options: StandOptions = {}, greeting = '') {
  const requests: IncomingMessage[] = [];
  const sockets: Duplex[] = [];
  const accepted = gate();
  const upgrade: Upgrade = (req, socket, head) => {
    requests.push(req);
    sockets.push(socket);
    socket.on('error', () => {});
    if (head.length > 0) socket.unshift(head);
    socket.write(
      `HTTP/1.1 101 Fine\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Upstream: yes\r\n\r\n${greeting}`,
    );
    accepted.reach();
  };
  return { ...(await standBefore(upgrade, options)), requests, sockets, accepted: accepted.reached };
}

/** Never answers the handshake; notices when the other side leaves. */
const silent = (asked: { reach(): void }) => (_req: IncomingMessage, socket: Duplex) => {
  socket.resume().on('end', () => socket.end());
  asked.reach();
};

describe('a WebSocket', () => {
  it('keeps its sub-protocols, extensions and messages, text and binary, both ways', async () => {
    const server = new WebSocketServer({ noServer: true, perMessageDeflate: true, handleProtocols: () => 'rivet' });
    const { upstream, stand } = await standBefore((req, socket, head) =>
      server.handleUpgrade(req, socket, head, (ws) => ws.on('message', (data, binary) => ws.send(data, { binary }))),
    );
    const protocols = ['rivet', 'rivet_encoding.bare', 'rivet_conn_params.%7B%22wsToken%22%3A%22x%22%7D'];
    const client = new WebSocket(`${stand.origin.replace('http', 'ws')}${path}`, protocols);
    await once(client, 'open');
    expect(client.protocol).toBe('rivet');
    expect(client.extensions).toContain('permessage-deflate');
    for (const message of ['ping', 'ü'.repeat(70_000), Buffer.alloc(3_000_000, 7)]) {
      client.send(message);
      const [data, binary] = (await once(client, 'message')) as [Buffer, boolean];
      expect(data.equals(Buffer.from(message))).toBe(true);
      expect(binary).toBe(Buffer.isBuffer(message));
    }
    client.close(4_001, 'enough');
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4_001, 'enough']);
    await upstream.idle();
  });

  it("completes a turn with Amp's thread actor", async () => {
    const amp = await startFakeAmp();
    cleanup.add(() => amp.close());
    const stand = await cleanup.stand({ upstreamUrl: amp.origin, secret: { token: amp.token, source: 'settings' } });
    const started = await fetch(`${stand.origin}/api/thread-actors`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ executorType: 'local-client', agentMode: 'medium', features: [], threadMeta: {} }),
    });
    const { threadId, wsToken } = (await started.json()) as { threadId: string; wsToken: string };
    const parameters = encodeURIComponent(JSON.stringify({ wsToken, transport: 'json-rpc' }));
    const url = `${stand.origin.replace('http', 'ws')}${path.replace('T-1', threadId)}`;
    const client = new WebSocket(url, ['rivet', 'rivet_encoding.bare', `rivet_conn_params.${parameters}`]);
    await once(client, 'open');
    const heard: string[] = [];
    client.on('message', (data: Buffer) => heard.push(data.toString()));
    client.send('ping');
    while (!heard.includes('pong')) await once(client, 'message');
    client.terminate();
    expect(amp.violations).toEqual([]);
  });

  it('is opened with the query as sent, without hop-by-hop headers, and without our token', async () => {
    const { stand, requests, accepted } = await accepting({ localKeys: ['local'] });
    const client = new RawConnection(stand.origin);
    client.send(...handshake('Sec-WebSocket-Protocol: a, b', 'X-Forwarded-For: 1.2.3.4', 'Keep-Alive: 5'));
    await accepted;
    expect(requests[0]?.url).toBe(path);
    expect(requests[0]?.headers).toEqual({
      host: requests[0]?.headers.host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol': 'a, b',
    });
    const head = await client.until('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 101 Fine\r\n/);
    expect(head).toContain('X-Upstream: yes');
    expect(head.match(/upgrade: websocket/gi)).toHaveLength(1);
  });

  it.each([
    ['a credential of its own stays', 'Authorization: Basic cHVibGlj', { authorization: 'Basic cHVibGlj' }],
    ['a key of this gateway becomes our token', 'Authorization: Bearer local', { 'x-api-key': 'sgamp_user_owner' }],
  ])('%s', async (_, line, expected) => {
    const { stand, requests, accepted } = await accepting({ localKeys: ['local'] });
    new RawConnection(stand.origin).send(...handshake(line));
    await accepted;
    expect(requests[0]?.headers).toMatchObject(expected);
    expect(JSON.stringify(requests[0]?.headers)).not.toContain('local"');
  });

  it('gets our token on an account route', async () => {
    const { stand, requests, accepted } = await accepting();
    new RawConnection(stand.origin).send(...handshake().map((line) => line.replace(path, '/api/threads/live')));
    await accepted;
    expect(requests[0]?.headers.authorization).toBe('Bearer sgamp_user_owner');
  });

  it('loses no byte that comes together with the handshake, from either side', async () => {
    const { stand, sockets, accepted } = await accepting({}, 'hello from Amp');
    const client = new RawConnection(stand.origin);
    client.socket.write(`${handshake().join('\r\n')}early bytes`);
    await accepted;
    await client.until('hello from Amp');
    let got = '';
    sockets[0]?.on('data', (chunk: Buffer) => {
      got += chunk.toString();
    });
    while (!got.includes('early bytes')) await new Promise(setImmediate);
    expect(got).toBe('early bytes');
  });

  it('is cut when the client sends without end before the answer', async () => {
    const asked = gate();
    const { upstream, stand } = await standBefore(silent(asked));
    const client = knock(stand.origin);
    await asked.reached;
    client.socket.write(Buffer.alloc(1024 * 1024));
    await client.ended();
    await upstream.idle();
  });

  it('slows its sender down to the speed of its reader', async () => {
    const { stand, sockets, accepted } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    await client.until('\r\n\r\n');
    const total = 64 * 1024 * 1024;
    let written = 0;
    const write = async () => {
      const piece = Buffer.alloc(256 * 1024);
      for (; written < total; written += piece.length) {
        if (!client.socket.write(piece)) await once(client.socket, 'drain');
      }
    };
    const writing = write();
    expect(await standstill(() => written)).toBeLessThan(total / 2);
    let received = 0;
    sockets[0]?.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await writing;
    while (received < total) await new Promise(setImmediate);
    expect(received).toBe(total);
  });
});

describe('a tunnel ends on both sides', () => {
  it.each(['end', 'destroy'] as const)('when the client does %s', async (way) => {
    const { stand, sockets, accepted, upstream } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    await client.until('\r\n\r\n');
    sockets[0]?.on('end', () => sockets[0]?.end());
    sockets[0]?.resume();
    client.socket[way]();
    await upstream.idle();
    await stand.front?.idle();
    expect(stand.clock.pending).toBe(0);
  });

  it('when the server ends, after its last words', async () => {
    const { stand, sockets, accepted, upstream } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    sockets[0]?.end('last words'.repeat(100_000));
    const text = await client.ended();
    expect(text.endsWith('last words')).toBe(true);
    expect(text.split('last words')).toHaveLength(100_001);
    client.socket.end();
    await Promise.all([upstream.idle(), stand.front?.idle()]);
    expect(stand.clock.pending).toBe(0);
  });

  it('when the server fails', async () => {
    const { stand, sockets, accepted, upstream } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    await client.until('\r\n\r\n');
    sockets[0]?.destroy();
    await client.ended();
    client.socket.destroy();
    await Promise.all([upstream.idle(), stand.front?.idle()]);
  });

  it('after a time limit, when one side does not answer the end of the other', async () => {
    const { stand, sockets, accepted, upstream } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    await client.until('\r\n\r\n');
    const heard = sockets[0] && once(sockets[0].resume(), 'end');
    client.socket.end();
    await heard;
    expect(stand.clock.pending).toBe(1);
    expect(stand.front?.openSockets()).toBe(1);
    stand.clock.advance(10_000);
    await stand.front?.idle();
    // It learns of the cut when it writes.
    while (upstream.openSockets() > 0) {
      sockets[0]?.write('anybody there?');
      await new Promise(setImmediate);
    }
  });

  it('when the control plane closes', async () => {
    const { stand, sockets, accepted, upstream } = await accepting();
    const client = knock(stand.origin);
    await accepted;
    await client.until('\r\n\r\n');
    sockets[0]?.resume().on('end', () => sockets[0]?.end());
    stand.plane.close();
    client.socket.end();
    await Promise.all([upstream.idle(), stand.front?.idle()]);
  });

  it.each(['end', 'destroy'] as const)('when the client does %s during the handshake', async (way) => {
    const asked = gate();
    const { upstream, stand } = await standBefore(silent(asked));
    const client = knock(stand.origin);
    await asked.reached;
    client.socket[way]();
    await upstream.idle();
    expect(stand.clock.pending).toBe(0);
  });
});

describe('an upgrade is refused', () => {
  it.each([
    ['other methods', ['GET /', 'POST /'], 405],
    ['HTTP/1.0', ['HTTP/1.1', 'HTTP/1.0'], 400],
    ['other protocols', ['Upgrade: websocket', 'Upgrade: h2c'], 400],
    ['other versions', ['Version: 13', 'Version: 8'], 400],
    ['keys of another length', ['AAAA==', 'AAAAAA=='], 400],
    ['other paths', ['/actors/gateway', '/v1/responses'], 404],
  ] as const)('for %s', async (_, [from, to], status) => {
    const { stand, requests } = await accepting();
    const client = new RawConnection(stand.origin);
    client.send(...handshake().map((line) => line.replace(from, to)));
    const text = await client.ended();
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toHaveProperty('message');
    if (to === 'Version: 8') expect(text).toContain('Sec-WebSocket-Version: 13');
    expect(requests).toEqual([]);
  });

  it('for other machines', async () => {
    const { stand, requests } = await accepting({ peerIsLoopback: false });
    const client = new RawConnection(stand.origin);
    client.send(...handshake('X-Forwarded-For: 127.0.0.1'));
    expect(await client.ended()).toContain('HTTP/1.1 403 Forbidden');
    expect(requests).toEqual([]);
  });

  it("by Amp's server, with its answer", async () => {
    const { stand } = await standBefore((_req, socket) =>
      socket.end('HTTP/1.1 401 Nope\r\nTransfer-Encoding: chunked\r\nX-Why: token\r\n\r\n5\r\nwrong\r\n0\r\n\r\n'),
    );
    const client = knock(stand.origin);
    expect(await client.ended()).toBe('HTTP/1.1 401 Nope\r\nX-Why: token\r\nConnection: close\r\n\r\nwrong');
  });

  it('with 502 when its server cannot be reached, or is silent beyond the limit', async () => {
    const asked = gate();
    const { upstream, stand } = await standBefore(silent(asked));
    const unanswered = knock(stand.origin);
    await asked.reached;
    stand.clock.advance(15_000);
    expect(await unanswered.ended()).toContain('"amp_upstream_proxy_error"');
    await upstream.close();
    const unreachable = knock(stand.origin);
    expect(await unreachable.ended()).toMatch(/^HTTP\/1\.1 502 .*"Failed to reach Amp upstream"}$/s);
    stand.settings = { ...stand.settings, 'upstream-url': '' };
    const unset = knock(stand.origin);
    expect(await unset.ended()).toMatch(/^HTTP\/1\.1 503 /);
  });
});
