import { type FakeAmp, startFakeAmp } from '../upstreams/amp/server.ts';
import type { MessageReply } from '../upstreams/anthropic/replies.ts';
import { type FakeAnthropic, startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import type { RecordedRequest } from '../upstreams/recording.ts';
import type { Step } from '../upstreams/script.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** A client's world: the address that it takes for Amp, and who serves what is asked there. */
export interface Stage {
  /** What the client takes for Amp's address. */
  url: string;
  /** The access token that the client sends. */
  token: string;
  amp: FakeAmp;
  /** Whoever serves Claude's models. */
  claude: {
    requests: readonly RecordedRequest[];
    script(...steps: readonly Step<MessageReply>[]): void;
    unusedReplies(): number;
  };
  /** What a Claude model says when nothing is scripted. */
  claudeText: string;
  /** What a model says that no account serves. */
  ampText: string;
  /** Forgets all requests so far. */
  forget(): void;
  close(): Promise<void>;
}

const ampText = 'Served by Amp for credits.';
const claudeText = 'Served by the owner’s Claude account.';

export interface GatewayStage extends Stage {
  gateway: Gateway;
  anthropic: FakeAnthropic;
}

/** The client talks to Amp itself, and Amp serves every model: this shows that client and fake understand each other. */
export async function directStage(): Promise<Stage> {
  const amp = await startFakeAmp({ credentials: 'either', text: ampText });
  const { url, token, forget, close } = amp;
  return { url, token, amp, claude: amp, claudeText: ampText, ampText, forget, close };
}

/** The client talks to the gateway, which has one Claude account and the owner's Amp token. */
export async function gatewayStage(
  options: { account?: boolean; settings?: Record<string, unknown>; token?: string } = {},
): Promise<GatewayStage> {
  const amp = await startFakeAmp({ text: ampText });
  const anthropic = await startFakeAnthropic({ text: claudeText });
  const { settings = {}, account = true } = options;
  const gateway = await startGateway({ amp, settings, ...(account ? { anthropic } : {}) });
  return {
    url: gateway.url,
    token: options.token ?? 'a token that only the gateway sees',
    amp,
    claude: account ? anthropic : amp,
    claudeText: account ? claudeText : ampText,
    ampText,
    gateway,
    anthropic,
    forget: () => {
      amp.forget();
      anthropic.forget();
    },
    close: async () => {
      const code = await gateway.stop();
      await Promise.all([amp.close(), anthropic.close()]);
      if (code !== 0) throw new Error(`the gateway ended with ${code} when it was asked to stop`);
    },
  };
}
