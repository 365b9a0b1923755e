import type { StoredAccount } from '../../main/accounts/account.ts';
import { account } from '../conformance/upstreams/account.ts';
import type { Delivery } from '../upstreams/answer.ts';
import type { MessageReply } from '../upstreams/anthropic/replies.ts';
import { startFakeAnthropic } from '../upstreams/anthropic/server.ts';
import { startFakeCodex } from '../upstreams/codex/server.ts';
import type { ModelReply } from '../upstreams/google/models/replies.ts';
import { startFakeModels } from '../upstreams/google/models/server.ts';
import type { ResponseReply } from '../upstreams/openai-responses/replies.ts';
import type { RecordedRequest } from '../upstreams/recording.ts';

/** What a model is to say, in words of no API. */
export interface Said {
  text?: string;
  thinking?: string;
  calls?: readonly { name: string; input: object }[];
  /** How it comes. */
  delivery?: Delivery;
}

/** One family of accounts: a strict fake of its provider, and the account that leads to it. */
export interface Family {
  /** A model that the account serves. */
  model: string;
  accounts: readonly StoredAccount[];
  endpoints: Record<string, { api: string; token?: string }>;
  settings: Record<string, unknown>;
  /** What the model says when nothing is scripted. */
  text: string;
  /** Answers for the next requests that match; others get `text`. */
  script(when: (request: RecordedRequest) => boolean, ...said: readonly Said[]): void;
  unusedReplies(): number;
  requests: readonly RecordedRequest[];
  forget(): void;
  close(): Promise<void>;
}

type Fake<Reply> = Pick<Family, 'unusedReplies' | 'requests' | 'forget' | 'close'> & {
  script(...steps: { when: (request: RecordedRequest) => boolean; reply: Reply }[]): void;
};

function served<Reply>(fake: Fake<Reply>, replyOf: (said: Said) => Reply) {
  const { requests } = fake;
  return {
    settings: {},
    requests,
    script: (when: (request: RecordedRequest) => boolean, ...said: readonly Said[]) =>
      fake.script(...said.map((one) => ({ when, reply: replyOf(one) }))),
    unusedReplies: () => fake.unusedReplies(),
    forget: () => fake.forget(),
    close: () => fake.close(),
  };
}

/** A Claude subscription. */
export async function claudeFamily(): Promise<Family> {
  const text = 'Served by the owner’s Claude account.';
  const fake = await startFakeAnthropic({ text });
  const { accessToken, refreshToken } = fake.account;
  return {
    model: 'claude-sonnet-4-5-20250929',
    text,
    accounts: [account('claude', 'claude-sub', { kind: 'oauth' }, { accessToken, refreshToken })],
    endpoints: { claude: { api: fake.url, token: fake.tokenUrl } },
    ...served<MessageReply>(fake, (said) => ({ kind: 'message', ...inMessage(said) })),
  };
}

/** A ChatGPT subscription. */
export async function chatgptFamily(): Promise<Family> {
  const text = 'Served by the owner’s ChatGPT account.';
  const fake = await startFakeCodex({ text });
  const { accessToken, accountId } = fake.account;
  const owner = { kind: 'oauth', plan: 'plus', organizationId: accountId } as const;
  return {
    model: 'gpt-5.5',
    text,
    accounts: [account('chatgpt', 'chatgpt-sub', owner, { accessToken, refreshToken: 'none' })],
    endpoints: { chatgpt: { api: fake.url } },
    ...served<ResponseReply>(fake, ({ thinking, ...said }) => ({
      kind: 'response',
      ...(thinking === undefined ? {} : { reasoning: [thinking] }),
      ...inMessage(said),
    })),
  };
}

/** A Gemini subscription, as Gemini CLI has it. */
export async function geminiFamily(): Promise<Family> {
  const text = 'Served by the owner’s Gemini account.';
  const fake = await startFakeModels({ flavour: 'code-assist', text });
  const owner = { kind: 'oauth', attributes: { project: 'p-1' } } as const;
  return {
    model: 'gemini-3-pro-preview',
    text,
    accounts: [account('gemini-cli', 'gemini-sub', owner, { accessToken: fake.token, refreshToken: 'r' })],
    endpoints: { 'gemini-cli': { api: fake.origin } },
    ...served<ModelReply>(fake, (said) => ({ kind: 'message', ...inMessage(said) })),
  };
}

function inMessage({ text, thinking, calls, delivery }: Said) {
  return {
    ...(delivery ? { delivery } : {}),
    ...(text === undefined ? {} : { text }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}
