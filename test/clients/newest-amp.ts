import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type AmpClient, runAmp } from './amp.ts';
import { type Home, makeHome } from './home.ts';
import type { Stage } from './stage.ts';

/** What an Amp whose turns run in Amp's cloud must be able to do. Call it inside `describe`. */
export function itTakesATurn(client: AmpClient, setUp: () => Promise<Stage>): void {
  let stage: Stage;
  let home: Home;
  beforeAll(async () => {
    stage = await setUp();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    stage.forget();
    home = await makeHome();
  });
  afterEach(() => home.remove());

  it('takes a turn over its sockets to the thread actor and prints what Amp says', async () => {
    expect(await runAmp(client, ['-x', 'say hi'], { ...stage, home })).toEqual({
      exit: 0,
      stdout: `${stage.ampText}\n`,
      stderr: '',
    });
    const sockets = stage.amp.sockets.filter(({ protocol }) => protocol === 'rivet');
    expect(sockets.map(({ extensions, closeCode }) => [extensions, closeCode])).toEqual([
      ['permessage-deflate', 1000],
      ['permessage-deflate', 1000],
    ]);
    const methods = sockets.flatMap(({ frames }) => frames).join('\n');
    for (const method of ['executor_connect', 'client_resume', 'client_append_user_msg'])
      expect(methods).toContain(`"${method}"`);
    expect(stage.amp.requests.filter(({ path }) => path.startsWith('/api/provider'))).toEqual([]);
  });

  it('lists the threads that Amp has', async () => {
    const id = 'T-00000000-0000-4000-8000-000000000002';
    stage.amp.threads.put({ id, v: 1, title: 'Mending the fuse', created: Date.now(), messages: [] });
    const { exit, stdout } = await runAmp(client, ['threads', 'list'], { ...stage, home });
    expect([exit, stdout]).toEqual([0, expect.stringContaining('Mending the fuse')]);
    expect(stdout).toContain(id);
  });
}
