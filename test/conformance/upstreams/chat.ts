import type { Account, Secret } from '../../../main/accounts/account.ts';
import { errors } from '../../upstreams/openai/errors.ts';
import type { FlavourName } from '../../upstreams/openai/flavours.ts';
import { fails } from '../../upstreams/openai/replies.ts';
import { type FakeOpenai, startFakeOpenai } from '../../upstreams/openai/server.ts';
import type { ConformanceUpstream } from '../upstream.ts';
import { account } from './account.ts';
import { messageOf, scriptedUpstream } from './scripted.ts';

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
  const { more, secret } = make(fake);
  return {
    label,
    prefix: flavour,
    model,
    accounts: [account(provider, flavour, more, secret)],
    settings: {},
    endpoints: provider === 'openai-compatible' ? {} : { [provider]: { api: fake.url } },
    ...scriptedUpstream(fake, {
      replyOf: messageOf,
      isGeneration: ({ path }) => path.endsWith('/chat/completions'),
      stallsAt: 3,
      refuse: (why) =>
        fake.script(fails(why === 'invalid' ? errors.badValue('tools', 'Too many tools.') : errors.rateLimit())),
    }),
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
