import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer, Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Cleanup, call } from './stand.ts';

const cleanup = new Cleanup();
const folder = mkdtempSync(join(tmpdir(), 'control-plane-tls-'));
afterEach(() => cleanup.run());
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate that nobody else trusts; undefined where there is no openssl to make one. */
function makeCertificate() {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  // A program of the system, not of a package.
  const program = 'openssl';
  try {
    const options = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject];
    execFileSync(program, ['req', '-x509', ...options], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

const certificate = makeCertificate();

async function secureUpstream() {
  const server = createServer(certificate ?? {}, (req, res) => res.end(`${req.headers.host} ${req.url}`));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(() => {
    server.closeAllConnections();
    sockets.close();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

// Making a certificate needs openssl.
describe.skipIf(certificate === undefined)('an https upstream', () => {
  it('is refused when its certificate cannot be verified', async () => {
    const stand = await cleanup.stand({ upstreamUrl: await secureUpstream() });
    expect((await call(stand.origin, '/api/user')).status).toBe(502);
    expect(stand.results).toEqual([{ status: 502, problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }]);
    const client = new WebSocket(`${stand.origin.replace('http', 'ws')}/actors/x`);
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toContain('502');
  });

  it('is reached through the given pools, WebSockets too', async () => {
    const upstreamUrl = await secureUpstream();
    const https = new HttpsAgent({ keepAlive: true, ca: certificate?.cert ?? '' });
    cleanup.add(() => https.destroy());
    const stand = await cleanup.stand({ upstreamUrl, more: { agents: { http: new Agent(), https } } });
    for (let round = 0; round < 2; round++) {
      expect((await call(stand.origin, '/api/user')).text).toBe(`${new URL(upstreamUrl).host} /api/user`);
    }
    expect(stand.clock.pending).toBe(0);
    const client = new WebSocket(`${stand.origin.replace('http', 'ws')}/actors/x`);
    await once(client, 'open');
    client.send('over TLS');
    expect(String((await once(client, 'message'))[0])).toBe('over TLS');
    client.terminate();
  });
});
