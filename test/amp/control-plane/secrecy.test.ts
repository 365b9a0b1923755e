import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { bundleStand, forkStand } from './forked-stand.ts';
import { Cleanup, call, RawConnection } from './stand.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const owner = 'sgamp_user_owner_SECRET';
const local = 'local_key_SECRET';
const own = 'sgamp_own_SECRET';

it('no output at the most talkative level and no answer of ours holds a secret', async () => {
  const upstream = await cleanup.server(async (req, res) => {
    if (req.url?.startsWith('/api/cut')) res.destroy();
    else if (req.url?.startsWith('/api/bomb')) res.end(gzipSync(Buffer.alloc(8_000_000)));
    else res.end('{"ok":true}');
  });
  const bundle = await bundleStand();
  cleanup.add(bundle.remove);
  const base = { upstreamUrl: upstream.origin, localKeys: [local] };
  const secret = { token: owner, source: 'settings' } as const;
  const variants = [
    { ...base, secret },
    { ...base, secret, peerIsLoopback: false },
    { ...base, secret: { token: undefined } },
    { ...base, secret, upstreamUrl: 'http://127.0.0.1:1' },
    { ...base, secret, upstreamUrl: '' },
    { ...base, secret, upstreamUrl: 'http://name.invalid' },
  ];
  let answers = '';
  let output = '';
  for (const variant of variants) {
    const stand = await forkStand(bundle.file, variant, { DEBUG: '*' });
    for (const path of ['/api/user', '/api/cut', '/api/bomb', '/auth/x', '/nowhere', '/api/provider/x/v1/messages']) {
      for (const credential of [local, own, owner]) {
        const headers = { authorization: `Bearer ${credential}`, 'x-api-key': credential, accept: 'text/html' };
        const target = `${path}?key=${credential}&auth_token=${credential}&getUserInfo`;
        const answer = await call(stand.origin, target, { method: 'GET', headers });
        answers += `${answer.rawHeaders.join('\n')}\n${answer.text}\n`;
      }
    }
    for (const path of ['/actors/x', '/nowhere']) {
      const raw = new RawConnection(stand.origin);
      raw.send(`GET ${path}?key=${local} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket');
      raw.send('', `Authorization: Bearer ${local}`, 'Sec-WebSocket-Version: 13', '');
      raw.send('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', '');
      answers += await raw.ended();
      raw.socket.destroy();
    }
    await stand.close();
    output += stand.output();
  }
  expect(output).toContain('/api/bomb');
  expect(answers).toContain('amp_token_missing');
  // A browser that is sent on takes its own query along.
  const withoutQueries = answers.replaceAll(/(?<=location\n)[^\n]*/gi, '');
  for (const value of [owner, local, own]) expect(`${output}${withoutQueries}`).not.toContain(value);
  expect(answers).not.toContain(local);
}, 60_000);
