import type { Account, Secret } from '../../../main/accounts/account.ts';
import { startFakeCodex } from '../../upstreams/codex/server.ts';
import { isObject } from '../../upstreams/json.ts';
import { chatAnswer } from '../../upstreams/openai/chat-answer.ts';
import { errorAnswer as chatErrorAnswer } from '../../upstreams/openai/errors.ts';
import { flavours } from '../../upstreams/openai/flavours.ts';
import type { ChatReply } from '../../upstreams/openai/replies.ts';
import { bodyError as chatBodyError } from '../../upstreams/openai/validate.ts';
import { errorAnswer, errors } from '../../upstreams/openai-responses/errors.ts';
import {
  fails,
  type ResponseReply,
  type ResponsesReply,
  rateLimited,
} from '../../upstreams/openai-responses/replies.ts';
import { type OtherRoute, startFakeResponses } from '../../upstreams/openai-responses/server.ts';
import type { ScriptedServer } from '../../upstreams/scripted-service.ts';
import type { ConformanceUpstream, Scripted } from '../upstream.ts';
import { account } from './account.ts';
import { scriptedUpstream } from './scripted.ts';

/** A ChatGPT subscription at the fake of the Codex backend. */
export async function chatgptUpstream(): Promise<ConformanceUpstream> {
  const fake = await startFakeCodex();
  const { accessToken, accountId } = fake.account;
  const owner = { kind: 'oauth', plan: 'plus', organizationId: accountId } as const;
  return {
    label: 'ChatGPT (subscription)',
    ...model('chatgpt', 'chatgpt-sub', 'gpt-5.5', owner, { accessToken, refreshToken: 'none' }),
    endpoints: { chatgpt: { api: fake.url } },
    ...speech(fake),
  };
}

/** An OpenAI key at the fake of the public API, which speaks Chat Completions too. */
export async function openaiUpstream(): Promise<ConformanceUpstream> {
  const fake = await startFakeResponses({ routes: { 'POST /v1/chat/completions': chatRoute } });
  return {
    label: 'OpenAI (key)',
    ...model('openai', 'openai-key', 'gpt-5.5', { kind: 'api-key' }, { apiKey: fake.key }),
    endpoints: { openai: { api: fake.url } },
    ...speech(fake),
  };
}

/** A Grok subscription. */
export async function xaiUpstream(): Promise<ConformanceUpstream> {
  const token = 'xai-access-token';
  const fake = await startFakeResponses({ flavour: 'xai', keys: [], tokens: [token] });
  return {
    label: 'Grok (subscription)',
    ...model('xai', 'grok-sub', 'grok-4.5', { kind: 'oauth' }, { accessToken: token, refreshToken: 'none' }),
    endpoints: { xai: { api: fake.url } },
    ...speech(fake),
  };
}

const chatRoute: OtherRoute = {
  refuse(record) {
    const refused = chatBodyError(record.json, { ...flavours.openai, models: ['gpt-5.5'] });
    return refused && chatErrorAnswer(refused);
  },
  say(reply, { json }) {
    if (reply.kind === 'error') return errorAnswer(reply.error, reply.headers);
    const body = isObject(json) ? json : {};
    let ids = 0;
    return chatAnswer(chatReply(reply), {
      model: 'gpt-5.5',
      stream: body.stream === true,
      includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
      createdAt: 1_795_000_000,
      newId: (prefix) => `${prefix}${++ids}`,
    });
  },
};

/** OpenAI's Chat Completions tell no thinking; their events are fewer, so that a stalled answer stalls earlier. */
function chatReply({ text, toolCalls, delivery }: ResponseReply): ChatReply {
  const [stalled] = Object.values(delivery?.beforePart ?? {});
  return {
    kind: 'message',
    ...(text === undefined ? {} : { text }),
    ...(toolCalls ? { toolCalls } : {}),
    ...(stalled ? { delivery: { beforePart: { 3: stalled } } } : {}),
  };
}

function model(
  provider: string,
  prefix: string,
  name: string,
  more: Pick<Account, 'kind'> & Partial<Account>,
  secret: Secret,
): Pick<ConformanceUpstream, 'prefix' | 'model' | 'accounts' | 'settings'> {
  return { prefix, model: name, accounts: [account(provider, prefix, more, secret)], settings: {} };
}

const speech = (fake: ScriptedServer<ResponsesReply>) =>
  scriptedUpstream(fake, {
    replyOf,
    isGeneration: ({ path }) => /\/(responses|completions)$/.test(path),
    stallsAt: 7,
    refuse: (why) => fake.script(why === 'invalid' ? fails(errors.invalid('Invalid value', 'tools')) : limited()),
  });

function limited(): ResponsesReply {
  return rateLimited({ 'retry-after': '30' });
}

function replyOf({ thinking, text, calls }: Scripted): ResponseReply {
  return {
    kind: 'response',
    ...(thinking === undefined ? {} : { reasoning: [thinking] }),
    ...(text === undefined ? {} : { text }),
    ...(calls ? { toolCalls: calls } : {}),
  };
}
