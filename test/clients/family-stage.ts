import { startGateway } from '../conformance/gateway.ts';
import { type FakeAmp, startFakeAmp } from '../upstreams/amp/server.ts';
import type { Family } from './family.ts';

/** A gateway that has one account, of one family, between a client and the fakes. */
export interface FamilyStage {
  url: string;
  /** The access token that an Amp client sends. */
  token: string;
  amp: FakeAmp;
  family: Family;
  forget(): void;
  close(): Promise<void>;
}

/** `settings` in the spelling of the file. */
export async function familyStage(
  makeFamily: () => Promise<Family>,
  settings: (family: Family) => Record<string, unknown> = () => ({}),
): Promise<FamilyStage> {
  const amp = await startFakeAmp({ text: 'Served by Amp for credits.' });
  const family = await makeFamily();
  const toAmp = { 'amp-upstream-url': amp.origin, 'amp-upstream-api-key': amp.token };
  const gateway = await startGateway([{ ...family, settings: { ...toAmp, ...settings(family) } }]);
  return {
    url: gateway.origin,
    token: 'a token that only the gateway sees',
    amp,
    family,
    forget: () => {
      amp.forget();
      family.forget();
    },
    close: async () => {
      await gateway.close();
      await Promise.all([amp.close(), family.close()]);
    },
  };
}
