import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { MemoryVault } from '../../main/accounts/vault.ts';
import { claudeAccount } from '../accounts/accounts.ts';
import { startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { type Gate, gate } from '../upstreams/gate.ts';
import { listenLocally } from '../upstreams/local-server.ts';
import { startEngine } from './harness.ts';

/** A vault whose writes wait at a gate once it is there. */
class SlowVault extends MemoryVault {
  hold: Gate | undefined;

  override async set(name: string, value: string): Promise<void> {
    this.hold?.reach();
    await this.hold?.opened;
    await super.set(name, value);
  }
}

it('serves requests with the valid token while a refresh waits for the provider, and then for the vault', async () => {
  const anthropic = await startFakeAnthropic();
  const atProvider = gate();
  const atVault = gate();
  const tokenService = await listenLocally({
    async request(request, response) {
      const body = await text(request);
      atProvider.reach();
      await atProvider.opened;
      const answer = await fetch(anthropic.tokenUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      // The provider would let the old token live on for a while; here the one of before serves until it is replaced.
      anthropic.account.accessToken = valid;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    },
  });
  onTestFinished(async () => {
    await Promise.all([anthropic.close(), tokenService.close()]);
  });
  const { accessToken: valid, refreshToken } = anthropic.account;
  const vault = new SlowVault();
  // Within its last four hours, so it is refreshed at once; it is good for another one.
  const stored = claudeAccount({ id: 'ada', expiresAt: Date.now() + 3_600_000 }, { accessToken: valid, refreshToken });
  await vault.set('account:ada', JSON.stringify({ version: 1, ...stored }));
  vault.hold = atVault;
  const { messages } = await startEngine({
    vault,
    signedIn: false,
    settings: { endpoints: { claude: { api: anthropic.url, token: `${tokenService.origin}/token` } } },
  });
  const served = () => anthropic.requests.filter(({ path }) => path === '/v1/messages').length;

  await atProvider.reached;
  expect((await messages()).status).toBe(200);
  expect(served()).toBe(1);

  atProvider.open();
  await atVault.reached;
  expect((await messages()).status).toBe(200);
  expect(served()).toBe(2);
  expect(await vault.get('account:ada')).toContain(refreshToken);

  atVault.open();
  await expect.poll(() => vault.get('account:ada')).toContain(anthropic.account.refreshToken);
});
