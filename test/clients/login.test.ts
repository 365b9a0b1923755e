import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeAmp, startFakeAmp } from '../upstreams/amp/server.ts';
import { type AmpClient, ampOfJanuary, ampOfMay, ampOfSeptember, runAmp } from './amp.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type Home, makeHome } from './home.ts';
import { describeWith } from './with-client.ts';

// One after another, in one file: all clients wait for the browser at the same port.
for (const client of [ampOfJanuary, ampOfMay, ampOfSeptember]) {
  await describeWith(client, 'signs in', () => {
    describe('to Amp itself', () => itSignsIn(client, async (amp) => ({ url: amp.url, stop: async () => {} })));
    describe('through a gateway that has no token yet', () =>
      itSignsIn(client, (amp) => startGateway({ amp, signedOut: true })));
  });
}

function itSignsIn(
  client: AmpClient,
  setUp: (amp: FakeAmp) => Promise<Pick<Gateway, 'url'> & { stop(): Promise<unknown> }>,
): void {
  let amp: FakeAmp;
  let place: Awaited<ReturnType<typeof setUp>>;
  let home: Home;
  beforeAll(async () => {
    amp = await startFakeAmp({ credentials: 'either' });
    place = await setUp(amp);
  });
  afterAll(async () => {
    await place.stop();
    await amp.close();
  });
  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(() => home.remove());

  // Two programs one after the other.
  it('with the browser, keeps the token, and uses it for the next command', { timeout: 120_000 }, async () => {
    const { exit, stdout } = await runAmp(client, ['login'], { url: place.url, home });
    expect([exit, stdout]).toEqual([0, expect.stringContaining('Login successful!')]);
    const [opened = '', ...led] = await home.visited();
    expect(opened.startsWith(`${place.url}/auth/cli-login?authToken=`)).toBe(true);
    expect(led.at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback\?/);
    expect(await home.secrets()).toEqual({ [`apiKey@${place.url}`]: amp.token });

    const listed = await runAmp(client, ['threads', 'list'], { url: place.url, home });
    expect(listed).toEqual({ exit: 0, stdout: 'No threads found.\n', stderr: '' });
  });
}
