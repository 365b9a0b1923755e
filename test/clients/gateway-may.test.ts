import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ampOfMay, runAmp } from './amp.ts';
import { claudeCalls, isMainCall } from './classic-amp.ts';
import { itIsServedByTheGateway } from './gateway-classic.ts';
import { type Home, makeHome } from './home.ts';
import { gatewayStage, type Stage } from './stage.ts';
import { describeWith } from './with-client.ts';

await describeWith(ampOfMay, 'at the gateway', () => {
  itIsServedByTheGateway(ampOfMay);

  describe('with a Claude account and local API keys', () => {
    let stage: Stage;
    let home: Home;
    beforeAll(async () => {
      stage = await gatewayStage({ settings: { 'api-keys': ['a-local-key'] }, token: 'a-local-key' });
    });
    afterAll(() => stage.close());
    beforeEach(async () => {
      stage.forget();
      home = await makeHome();
    });
    afterEach(() => home.remove());

    it('is served with the right key', async () => {
      const { exit, stdout } = await runAmp(ampOfMay, ['-x', 'say hi'], { ...stage, home });
      expect([exit, stdout]).toEqual([0, `${stage.claudeText}\n`]);
    });

    it('gets nothing with a wrong key', async () => {
      const { stdout } = await runAmp(ampOfMay, ['-x', 'say hi'], { ...stage, token: 'another-key', home });
      expect(stdout).not.toContain('Served');
      expect([stage.amp.requests, stage.claude.requests]).toEqual([[], []]);
    });

    // Deep mode asks for a GPT model, which a Claude account cannot serve.
    it('has its title made by the account and its answer by Amp in deep mode', async () => {
      const { exit, stdout } = await runAmp(ampOfMay, ['-m', 'deep', '-x', 'say hi'], { ...stage, home });
      expect([exit, stdout]).toEqual([0, `${stage.ampText}\n`]);
      const paid = stage.amp.requests.filter(({ path }) => path.startsWith('/api/provider'));
      expect(paid).toMatchObject([
        { path: '/api/provider/openai/v1/responses', status: 200, json: { model: 'gpt-5.4' } },
      ]);
      expect(claudeCalls(stage).map((call) => [call.status, isMainCall(call)])).toEqual([[200, false]]);
      expect(stage.amp.violations).toEqual([]);
    });
  });
});
