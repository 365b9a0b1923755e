import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { says } from '../upstreams/anthropic/replies.ts';
import { gate } from '../upstreams/gate.ts';
import { type Running, startEngine } from './harness.ts';

/** A port that somebody has. */
async function occupied(): Promise<{ port: number; free(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  const free = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(free);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, free };
}

async function freePort(): Promise<number> {
  const { port, free } = await occupied();
  await free();
  return port;
}

const isServed = (port: number) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

const portOf = ({ engine }: Running) => engine.state().gateway.port;
const publishedUrl = async ({ dataDir }: Running) =>
  (JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { url: string }).url;

describe('a port that changes in the settings', () => {
  it('is moved to at once; a stream in flight ends on the old one', async () => {
    const running = await startEngine();
    const { engine, settings, messages, anthropic } = running;
    const [before, next] = [portOf(running), await freePort()];
    const hold = gate();
    anthropic.script(says('to its end', { delivery: { beforePart: { 3: hold } } }));
    const answer = await messages({ stream: true });
    await hold.reached;
    await settings.update({ port: next });
    await expect.poll(() => isServed(next)).toBe(true);
    expect(engine.state().gateway).toMatchObject({ status: 'running', port: next });
    expect(await isServed(before)).toBe(false);
    await expect.poll(() => publishedUrl(running)).toBe(`http://127.0.0.1:${next}`);
    hold.open();
    expect(await answer.text()).toContain('message_stop');
  });

  it('that somebody else has leaves the gateway where it is, and says why', async () => {
    const running = await startEngine();
    const { engine, settings, logLines } = running;
    const [before, other] = [portOf(running), await occupied()];
    await settings.update({ port: other.port });
    await expect.poll(() => engine.state().gateway.problem?.code).toBe('port_taken');
    expect(engine.state().gateway).toMatchObject({ status: 'running', port: before, problem: { port: other.port } });
    expect(await isServed(before)).toBe(true);
    expect(logLines.join('')).toContain(`Port ${other.port} is taken by`);
    await expect(engine.start()).rejects.toThrow(`Port ${other.port} is taken`);
    await other.free();
    await engine.start();
    expect(engine.state().gateway).toMatchObject({ status: 'running', port: other.port });
    expect(engine.state().gateway.problem).toBeUndefined();
    await settings.update({ port: before });
    await expect.poll(() => isServed(before)).toBe(true);
  });

  it('is no reason to start a gateway that its owner has stopped', async () => {
    const running = await startEngine();
    const { engine, settings } = running;
    await engine.stop();
    const port = await freePort();
    await settings.update({ port });
    expect(engine.state().gateway).toMatchObject({ status: 'stopped', port });
    expect(await isServed(port)).toBe(false);
  });
});

describe('a host that changes in the settings', () => {
  it('and is none of this machine leaves the gateway where it is', async () => {
    const running = await startEngine({ settings: { 'api-keys': ['local-key-1'], port: await freePort() } });
    const { engine, settings } = running;
    const before = portOf(running);
    await settings.update({ host: '192.0.2.1' });
    await expect.poll(() => engine.state().gateway.problem?.code).toBe('address_unavailable');
    expect(engine.state().gateway).toMatchObject({ status: 'running', host: '127.0.0.1', port: before });
    expect(await isServed(before)).toBe(true);
    await settings.update({ host: '0.0.0.0' });
    await expect.poll(() => engine.state().gateway.host).toBe('0.0.0.0');
    expect(await isServed(before)).toBe(true);
  });
});

describe('a gateway that could not start', () => {
  it('starts when the settings name another port', async () => {
    const running = await startEngine();
    const { engine, settings } = running;
    const other = await occupied();
    await engine.stop();
    await settings.update({ port: other.port });
    await expect(engine.start()).rejects.toThrow(`Port ${other.port} is taken`);
    expect(engine.state().gateway.status).toBe('failed');
    const port = await freePort();
    await settings.update({ port });
    await expect.poll(() => engine.state().gateway.status).toBe('running');
    expect(await isServed(port)).toBe(true);
  });
});

describe('the file that the command line finds the gateway by', () => {
  it('is not what the gateway depends on: where it cannot be written, that is logged, and everything goes on', async () => {
    const running = await startEngine();
    const { dataDir, settings, engine, logLines } = running;
    await rm(join(dataDir, 'instance.json'));
    await mkdir(join(dataDir, 'instance.json', 'in-the-way'), { recursive: true });
    await settings.update({ debug: false });
    const told = (line: string) => line.includes('instance.json cannot be written');
    await expect.poll(() => logLines.some(told)).toBe(true);
    await engine.stop();
    await engine.start();
    expect(await isServed(portOf(running))).toBe(true);
    expect(logLines.filter(told)).toHaveLength(2);
  });

  it('is gone when the gateway has ended, even right after a change of the settings', async () => {
    const { dataDir, settings, engine } = await startEngine();
    await settings.update({ debug: false });
    await engine.close();
    expect((await readdir(dataDir)).filter((name) => name.startsWith('instance.json'))).toEqual([]);
  });
});
