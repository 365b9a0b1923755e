import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClassicAmp, runAmp } from './amp.ts';
import { itWorksWith } from './classic-amp.ts';
import { type Home, makeHome } from './home.ts';
import { type GatewayStage, gatewayStage, type Stage } from './stage.ts';

/** A classic Amp at the gateway: its model calls are served by the owner's account, all else by Amp. Call it inside `describe`. */
export function itIsServedByTheGateway(client: ClassicAmp): void {
  describe('with a Claude account', () => {
    let stage: GatewayStage | undefined;
    itWorksWith(client, async () => {
      stage = await gatewayStage();
      return stage;
    });

    afterEach(async () => {
      if (!stage) throw new Error('the stage was not set up');
      const { amp, anthropic, gateway, token } = stage;
      expect(amp.requests.filter(({ path, status }) => path.startsWith('/api/provider') || status === 401)).toEqual([]);
      expect([...amp.violations, ...anthropic.violations]).toEqual([]);
      const { accessToken, refreshToken } = anthropic.account;
      expect(await gateway.leaks(['/api/internal'])).toContain('output'); // the search does find what is there
      expect(await gateway.leaks([amp.token, accessToken, refreshToken, token])).toEqual([]);
    });
  });

  describe('without an account', () => {
    let stage: Stage;
    let home: Home;
    beforeAll(async () => {
      stage = await gatewayStage({ account: false });
    });
    afterAll(() => stage.close());
    beforeEach(async () => {
      home = await makeHome();
    });
    afterEach(() => home.remove());

    it('is served by Amp, with the client’s own bodies and headers', async () => {
      expect(await runAmp(client, ['-x', 'say hi'], { ...stage, home })).toEqual({
        exit: 0,
        stdout: `${stage.ampText}\n`,
        stderr: '',
      });
      const calls = stage.amp.requests.filter(({ path }) => path === '/api/provider/anthropic/v1/messages');
      expect(calls.map(({ status }) => status)).toEqual([200, 200]);
      for (const { headers } of calls)
        expect(headers).toMatchObject({
          'anthropic-version': '2023-06-01',
          'x-amp-thread-id': expect.stringMatching(/^T-/),
        });
      expect(stage.amp.violations).toEqual([]);
    });
  });
}
