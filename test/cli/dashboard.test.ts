import { describe, expect, it } from 'vitest';
import { dashboardLine } from '../../main/cli/serve.ts';
import { newHome, placeOf, run, serve } from './fusebox.ts';

describe('fusebox dashboard', () => {
  it('prints a link that lets one browser in, once, to the window as it is built', async () => {
    const home = await newHome();
    const fusebox = await serve(home);
    const { code, stdout, stderr } = await run(['dashboard', '--data-dir', home.dataDir], home);
    expect(code).toBe(0);
    expect(stdout.startsWith(`${fusebox.url}/ui/enter?token=`)).toBe(true);
    expect(stderr).toMatch(/works once[\s\S]*ssh -L \d+:127\.0\.0\.1:\d+/);
    const entered = await fetch(stdout.trim(), { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/ui/']);
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await fetch(`${fusebox.url}/ui/`, { headers: { cookie } });
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
    const asset = await fetch(`${fusebox.url}/ui/${script}`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect((await fetch(stdout.trim(), { redirect: 'manual' })).status).toBe(410);
    expect(fusebox.stdout + fusebox.stderr).not.toContain('token=');
    await fusebox.stop();
  });

  it('prints JSON for scripts', async () => {
    const home = await newHome();
    await serve(home);
    const { stdout } = await run(['dashboard', '--json', '--data-dir', home.dataDir], home);
    expect(JSON.parse(stdout)).toEqual({ url: expect.stringContaining('/ui/enter?'), expiresAt: expect.any(Number) });
  });

  it('says when the dashboard is switched off, and when nothing runs', async () => {
    const home = await newHome({ 'remote-management': { 'disable-control-panel': true } });
    const idle = await run(['dashboard', '--data-dir', home.dataDir], home);
    expect([idle.code, idle.stderr]).toEqual([3, 'Fusebox is not running. Start it with: fusebox serve\n']);
    await serve(home);
    const { code, stderr } = await run(['dashboard', ...placeOf(home).slice(2, 4)], home);
    expect([code, stderr]).toEqual([1, expect.stringContaining('switched off')]);
  });
});

describe('fusebox serve', () => {
  const dashboardLink = () => ({ url: 'http://127.0.0.1:8317/ui/enter?token=t', expiresAt: 0 });

  it('shows a link to a person at a terminal, and to nothing else', () => {
    expect(dashboardLine({ dashboardLink }, true)).toMatch(
      /^Dashboard: http:\/\/127\.0\.0\.1:8317\/ui\/enter\?token=t \(/,
    );
    expect(dashboardLine({ dashboardLink }, false)).toBeUndefined();
    expect(dashboardLine({ dashboardLink: () => undefined }, true)).toBeUndefined();
  });
});
