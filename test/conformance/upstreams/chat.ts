import type { Account, Secret } from '../../../main/accounts/account.ts';
import { gate } from '../../upstreams/gate.ts';
import { errors } from '../../upstreams/openai/errors.ts';
import type { FlavourName } from '../../upstreams/openai/flavours.ts';
import { type ChatReply, fails } from '../../upstreams/openai/replies.ts';
import { type FakeOpenai, startFakeOpenai } from '../../upstreams/openai/server.ts';
import type { ConformanceUpstream, Scripted } from '../upstream.ts';
import { account } from './account.ts';

interface ChatServer {
  label: string;
  flavour: FlavourName;
  provider: string;
  model: string;
  /** What the account needs beside the key. */
  account(fake: FakeOpenai): { more: Pick<Account, 'kind'> & Partial<Account>; secret: Secret };
}

/** A server of Chat Completions at its own strict fake. */
async function chatUpstream({
  label,
  flavour,
  provider,
  model,
  account: make,
}: ChatServer): Promise<ConformanceUpstream> {
  const fake = await startFakeOpenai({ flavour });
  const isCompletion = ({ path }: { path: string }) => path.endsWith('/chat/completions');
  const { more, secret } = make(fake);
  return {
    label,
    prefix: flavour,
    model,
    accounts: [account(provider, flavour, more, secret)],
    settings: {},
    endpoints: provider === 'openai-compatible' ? {} : { [provider]: { api: fake.url } },
    answer: (scripted) => fake.script(replyOf(scripted)),
    refuse: (why) =>
      fake.script(fails(why === 'invalid' ? errors.badValue('tools', 'Too many tools.') : errors.rateLimit())),
    stall() {
      fake.forget();
      const text = 'This will never be said to its end.';
      fake.script({ ...replyOf({ text }), delivery: { beforePart: { 3: gate() } } });
      return { clientGone: fake.received(isCompletion).then(({ done }) => done) };
    },
    lastBody: () => JSON.stringify(fake.requests.findLast(isCompletion)?.json),
    clear: () => fake.clearScript(),
    close: () => fake.close(),
  };
}

function replyOf({ thinking, text, calls }: Scripted): ChatReply {
  return {
    kind: 'message',
    ...(thinking === undefined ? {} : { thinking }),
    ...(text === undefined ? {} : { text }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}

export const compatibleUpstream = () =>
  chatUpstream({
    label: 'OpenAI-compatible server',
    flavour: 'compatible',
    provider: 'openai-compatible',
    model: 'model-1',
    account: ({ url, key }) => ({ more: { kind: 'api-key', baseUrl: url }, secret: { apiKey: key } }),
  });

export const qwenUpstream = () =>
  chatUpstream({
    label: 'Qwen',
    flavour: 'qwen',
    provider: 'qwen',
    model: 'qwen3-coder-plus',
    account: ({ key }) => ({ more: { kind: 'oauth' }, secret: { accessToken: key, refreshToken: 'r' } }),
  });

export const iflowUpstream = () =>
  chatUpstream({
    label: 'iFlow',
    flavour: 'iflow',
    provider: 'iflow',
    model: 'glm-4.6',
    account: ({ key }) => ({ more: { kind: 'oauth' }, secret: { apiKey: key, refreshToken: 'r' } }),
  });
