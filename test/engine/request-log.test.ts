import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { hello, type Running, startEngine } from './harness.ts';

interface Exchange {
  path: string;
  request: { headers: Record<string, string>; body: unknown; bytes: number };
  answer: { status: number; headers: Record<string, string>; body: unknown; bytes: number };
}

/** All that is written, once there are `count` files. */
async function written({ dataDir }: Running, count: number): Promise<Exchange[]> {
  const folder = join(dataDir, 'logs', 'requests');
  const names = async () => (await readdir(folder).catch(() => [])).sort();
  await expect.poll(names, { timeout: 5_000 }).toHaveLength(count);
  return Promise.all(
    (await names()).map(async (name) => {
      const read = async () => JSON.parse(await readFile(join(folder, name), 'utf8')) as Exchange;
      await expect
        .poll(() =>
          read()
            .then(() => true)
            .catch(() => false),
        )
        .toBe(true);
      return read();
    }),
  );
}

it('with request-log on, requests and answers are written with their bodies and without secrets', async () => {
  const running = await startEngine({ settings: { 'request-log': true, 'api-keys': ['local-key-4711'] } });
  const headers = { 'x-api-key': 'local-key-4711', 'x-quote': 'the key is local-key-4711' };
  const plain = await running.messages({}, { headers, path: '/v1/messages?beta=true&key=local-key-4711' });
  const answer = await plain.text();
  const streamed = await running.messages({ stream: true }, { headers });
  const events = await streamed.text();
  const [first, second] = await written(running, 2);
  expect(first?.path).toBe('/v1/messages');
  expect(first?.request.body).toEqual(hello);
  expect(first?.request.headers['x-api-key']).toBe('[redacted]');
  expect(first?.request.headers['x-quote']).toBe('the key is [redacted]');
  expect(first?.answer).toMatchObject({ status: 200, body: JSON.parse(answer), bytes: Buffer.byteLength(answer) });
  expect(first?.answer.headers['content-type']).toContain('application/json');
  expect(second?.answer.body).toBe(events);
  expect(running.logLines.join('')).toContain('request-log is on');
});

it('a packed body is written unpacked, an error and what Amp answers too', async () => {
  const running = await startEngine({ settings: { 'request-log': true } });
  const packed = gzipSync(JSON.stringify(hello));
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    httpRequest(`${running.url}/v1/messages`, { method: 'POST', headers }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode));
    })
      .once('error', reject)
      .end(packed);
  });
  expect(status).toBe(200);
  await (await running.messages({ model: '' })).text();
  const amp = await (await running.messages({ model: 'somebody-elses-model' })).text();
  const all = await written(running, 3);
  expect(all[0]?.request).toMatchObject({ body: hello, bytes: packed.length });
  expect(all[1]?.answer).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } } });
  expect(all[2]?.answer).toMatchObject({ status: 200, body: JSON.parse(amp) });
  expect(JSON.stringify(all)).not.toContain(running.amp.token);
});

it('it is off by default, and switched on and off at once', async () => {
  const running = await startEngine();
  await (await running.messages()).text();
  await running.settings.update({ 'request-log': true });
  await (await running.messages()).text();
  await running.settings.update({ 'request-log': false });
  await (await running.messages()).text();
  await expect.poll(() => running.engine.state().recent).toHaveLength(3);
  expect(await written(running, 1)).toHaveLength(1);
});

it('the level of the log is switched at once, and debug beats it', async () => {
  const running = await startEngine({ settings: { debug: false, 'log-level': 'error', 'request-log': false } });
  running.logLines.length = 0;
  await running.settings.update({ 'request-log': true });
  expect(running.logLines.join('')).not.toContain('request-log is on');
  await running.settings.update({ 'request-log': false });
  await running.settings.update({ 'log-level': 'warn' });
  await running.settings.update({ 'request-log': true });
  expect(running.logLines.join('')).toContain('request-log is on');
  await running.settings.update({ debug: true, 'log-level': 'error' });
  await running.settings.update({ 'request-log': false });
  await running.settings.update({ 'request-log': true });
  expect(running.logLines.filter((line) => line.includes('request-log is on'))).toHaveLength(2);
});
