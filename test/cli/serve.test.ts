import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { RawConnection } from '../amp/control-plane/stand.ts';
import { hello } from '../engine/harness.ts';
import { startFakeAmp } from '../upstreams/amp/server.ts';
import { says } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { gate } from '../upstreams/gate.ts';
import { newHome, placeOf, run, serve } from './fusebox.ts';

async function anthropicFake(): Promise<FakeAnthropic> {
  const anthropic = await startFakeAnthropic();
  onTestFinished(() => anthropic.close());
  return anthropic;
}

const withKey = ({ apiKey, url }: FakeAnthropic) => ({ 'claude-api-key': [{ 'api-key': apiKey, 'base-url': url }] });

function messages(url: string, body: object = {}): Promise<Response> {
  return fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify({ ...hello, ...body }) });
}

/** Milliseconds that a task takes. */
async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

describe('fusebox serve', () => {
  it('prints its address on stdout, and nothing else there', async () => {
    const fusebox = await serve(await newHome());
    expect(fusebox.stdout).toMatch(/^Fusebox is listening on http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
    expect((await fetch(`${fusebox.url}/healthz`)).status).toBe(200);
    const { port } = new URL(fusebox.url);
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
    await fusebox.stop();
    expect(fusebox.stdout.split('\n')).toHaveLength(2);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, at once when it is idle', async (signal) => {
    const home = await newHome();
    const fusebox = await serve(home);
    const idle = new RawConnection(fusebox.url);
    idle.send('GET /healthz HTTP/1.1', 'Host: 127.0.0.1', '', '');
    await idle.until('ok');
    const tookMs = await timed(async () => expect(await fusebox.stop(signal)).toMatchObject({ code: 0, signal: null }));
    // The connection that is kept open, and every timer, would delay it by 4 s or more.
    expect(tookMs).toBeLessThan(3_000);
    await idle.ended();
    await expect(access(join(home.dataDir, 'instance.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends promptly after traffic of every kind', async () => {
    const anthropic = await anthropicFake();
    const amp = await startFakeAmp();
    onTestFinished(() => amp.close());
    const settings = { ...withKey(anthropic), ampcode: { 'upstream-url': amp.url } };
    const fusebox = await serve(await newHome(settings, { AMP_API_KEY: amp.token }));
    await (await messages(fusebox.url, { stream: true })).text();
    await (await messages(fusebox.url, { stream: true, model: 'nobody-has-this' })).text();
    await (await fetch(`${fusebox.url}/api/user`)).text();
    const socket = new WebSocket(`${fusebox.url.replace('http', 'ws')}/websocket`);
    await once(socket, 'open');
    expect(await timed(() => fusebox.stop())).toBeLessThan(3_000);
    expect((await fusebox.ended).code).toBe(0);
  });

  it('lets a stream in flight end on SIGTERM, refuses new connections, then ends with 0', async () => {
    const anthropic = await anthropicFake();
    const fusebox = await serve(await newHome(withKey(anthropic)));
    const hold = gate();
    anthropic.script(says('said to the end', { delivery: { beforePart: { 3: hold } } }));
    const answer = await messages(fusebox.url, { stream: true });
    await hold.reached;
    const ended = fusebox.stop();
    await expect.poll(() => fetch(`${fusebox.url}/healthz`).catch(({ cause }) => cause.code)).toBe('ECONNREFUSED');
    hold.open();
    expect(await answer.text()).toMatch(/message_stop"\}\n\n$/);
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('names the port and the process that has it', async () => {
    const other = spawn(process.execPath, [
      '-e',
      "require('net').createServer().listen(0,'127.0.0.1',function(){console.log(this.address().port)})",
    ]);
    onTestFinished(() => void other.kill());
    const [output] = (await once(other.stdout, 'data')) as [Buffer];
    const port = output.toString().trim();
    const home = await newHome();
    const { code, stdout, stderr } = await run(['serve', ...placeOf(home), '--port', port], home);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`Port ${port} is taken by node (process ${other.pid}).`);
    expect(stderr).toMatch(/Use port \d+, or free port/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(other.exitCode).toBeNull();
  });

  it('does not start a second time on the same data folder', async () => {
    const home = await newHome();
    const first = await serve(home);
    const second = await run(['serve', ...placeOf(home)], home);
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toContain(`already runs on ${first.url} (process ${first.child.pid})`);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    expect(JSON.parse(await readFile(join(home.dataDir, 'instance.json'), 'utf8'))).toMatchObject({
      pid: first.child.pid,
    });
  });

  it('starts after a crash, over what the last run left behind', async () => {
    const home = await newHome();
    await (await serve(home)).stop('SIGKILL');
    const again = await serve(home);
    expect((await run(['status', ...placeOf(home)], home)).stdout).toContain(again.url);
  });

  it('refuses an address that other machines reach while there are no keys', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.7']) {
      const home = await newHome({ host });
      const { code, stdout, stderr } = await run(['serve', ...placeOf(home)], home);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('`api-keys` is empty, so anybody on the network could use your accounts');
    }
  });

  it('refuses it from the command line just the same', async () => {
    const home = await newHome();
    const { code, stderr } = await run(['serve', ...placeOf(home), '--host', '0.0.0.0'], home);
    expect(code).toBe(1);
    expect(stderr).toContain('`api-keys` is empty');
  });

  it('says why the accounts cannot be opened, without a trace', async () => {
    const home = await newHome();
    await mkdir(home.dataDir, { recursive: true });
    await writeFile(join(home.dataDir, 'vault.json'), '{damaged');
    const { code, stdout, stderr } = await run(['serve', ...placeOf(home)], home);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The accounts cannot be opened: vault.json is damaged');
    expect(stderr).not.toMatch(/"stack"|^\s+at /m);
    expect((await run(['doctor', ...placeOf(home)], home)).stdout).toContain('Put that file right');
  });

  it('lists every problem of the settings with its line', async () => {
    const home = await newHome(
      'port: 8317\nhots: 127.0.0.1\ntimeouts:\n  idle: soon\nampcode:\n  fallback: sometimes\n',
    );
    const { code, stdout, stderr } = await run(['serve', ...placeOf(home)], home);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('settings.yaml, line 2: `hots` is not a setting; the nearest valid key is `host`');
    expect(stderr).toContain('settings.yaml, line 4: `timeouts.idle` must be a whole number');
    expect(stderr).toContain('settings.yaml, line 6: `ampcode.fallback` must be one of');
  });
});

describe('the command line', () => {
  it('explains itself', async () => {
    const home = await newHome();
    const { code, stdout } = await run(['--help'], home);
    expect(code).toBe(0);
    for (const name of ['serve', 'import', 'status', 'doctor']) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    const sub = await run(['serve', '--help'], home);
    expect(sub.stdout).toContain('--data-dir <dir>');
    expect((await run(['--version'], home)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['serve', '--prot', '1'], "unknown option '--prot'"],
    [['serve', '--port', '70000'], "--port takes a number from 0 to 65535, not '70000'"],
    [['serve', '--port', ''], "--port takes a number from 0 to 65535, not ''"],
    [['serve', '--vault', 'paper'], "argument 'paper' is invalid"],
    [['start'], "unknown command 'start'"],
    [['status', 'now'], 'too many arguments'],
  ])('says what is wrong with %j, and ends with 1', async (args, words) => {
    const { code, stdout, stderr } = await run(args, await newHome());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
  });

  it('without a command shows what there is', async () => {
    const { code, stderr } = await run([], await newHome());
    expect(code).toBe(1);
    expect(stderr).toContain('Usage: fusebox');
  });
});
