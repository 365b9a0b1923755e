import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newHome, placeOf, run, serve } from './fusebox.ts';
import { whyNoIpv6 } from './namespace.ts';

describe('fusebox status', () => {
  it('shows address, accounts and Amp of the running instance', async () => {
    const home = await newHome({ ampcode: { 'upstream-url': 'http://127.0.0.1:9', 'credit-models': ['gpt-5*'] } });
    const { url } = await serve(home);
    const { code, stdout, stderr } = await run(['status', ...placeOf(home)], home);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`is listening on ${url}`);
    expect(stdout).toContain('none; add one with: fusebox login <provider>');
    expect(stdout).toContain('Server: http://127.0.0.1:9');
    expect(stdout).toContain('Token: none; run `amp login`');
    expect(stdout).toContain('Goes to Amp: models that no account serves; only gpt-5*');
  });

  it('gives the whole state as JSON', async () => {
    const home = await newHome({}, { AMP_API_KEY: 'sgamp_user_of_this_test' });
    const { url } = await serve(home);
    const { code, stdout } = await run(['status', '--json', ...placeOf(home)], home);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      running: true,
      gateway: { status: 'running', url },
      accounts: [],
      amp: { token: 'environment' },
      vault: { kind: 'file' },
    });
    expect(stdout).not.toContain('sgamp_user_of_this_test');
  });

  it('ends with 3 when nothing runs, also after a crash', async () => {
    const home = await newHome();
    const never = await run(['status', ...placeOf(home)], home);
    expect([never.code, never.stdout]).toEqual([3, 'Fusebox is not running. Start it with: fusebox serve\n']);
    await (await serve(home)).stop('SIGKILL');
    const crashed = await run(['status', '--json', ...placeOf(home)], home);
    expect([crashed.code, JSON.parse(crashed.stdout)]).toEqual([3, { running: false }]);
  });

  it('is not fooled by somebody else on the port of a crashed run', async () => {
    const other = createServer((_, res) => void res.end('{"status":"ok"}')).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const home = await newHome();
    await mkdir(home.dataDir);
    const token = 'a-token-of-a-run-that-is-over';
    const left = JSON.stringify({ pid: 1, url: `http://127.0.0.1:${port}`, token });
    await writeFile(join(home.dataDir, 'instance.json'), left);
    const { code } = await run(['status', ...placeOf(home)], home);
    expect(code).toBe(3);
  });
});

/** An address of this machine on some network. */
const lan = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

describe('on an address of the network', () => {
  it.for([lan ?? 'none', '0.0.0.0', '::'])('%s the command line still reaches its gateway', async (host, { skip }) => {
    skip(host === 'none', 'this machine has no network');
    skip(host === '::' && whyNoIpv6() !== undefined, whyNoIpv6());
    const home = await newHome({ host, 'api-keys': ['a-key-of-this-test'] });
    const { url } = await serve(home);
    const { code, stdout, stderr } = await run(['status', '--json', ...placeOf(home)], home);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ running: true, gateway: { url, host } });
    expect((await run(['doctor', ...placeOf(home)], home)).stdout).toContain(`running on ${url}`);
  });
});
