import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import type { RecordedRequest } from '../recording.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
import { betaError, type Caller, headerError, identify } from './access.ts';
import { type FakeAccount, newAccount, newToken } from './accounts.ts';
import { type ApiError, errorAnswer, errors } from './errors.ts';
import { forcedToolReply } from './forced-tool.ts';
import { fakeModels } from './models.ts';
import { missingScope, profileAnswer, tokenAnswer } from './oauth.ts';
import { defaultQuota, type Quota, quotaHeaders, usageBody } from './quota.ts';
import type { AnthropicReply, MessageReply } from './replies.ts';
import { ClaudeSignIn } from './sign-in.ts';
import { countTokens, messageAnswer, newId } from './stream.ts';
import { bodyError, bodyLimit, type Operation } from './validate.ts';

export interface FakeAnthropicOptions {
  /** Subscriptions; one with default values when absent. */
  accounts?: readonly Partial<FakeAccount>[];
  /** API keys, sent as x-api-key; one when absent. */
  apiKeys?: readonly string[];
  /** Text of every answer that is not scripted. */
  text?: string;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  now?: () => number;
  /** Calls of /api/oauth/usage in ten minutes before it answers 429. Default 5. */
  usageCalls?: number;
}

export interface FakeAnthropic extends ScriptedServer<AnthropicReply> {
  /** The same as `origin`. */
  url: string;
  /** Where tokens are issued and refreshed. */
  tokenUrl: string;
  /** Where the owner signs in. */
  authorizeUrl: string;
  /** What the owner does there. */
  signIn: ClaudeSignIn;
  /** The first account and key; both change their tokens in place when they are refreshed. */
  account: FakeAccount;
  accounts: readonly FakeAccount[];
  apiKey: string;
  /** What the headers of the next answers to subscriptions report. */
  quota: Quota;
}

/** A strict api.anthropic.com: it refuses what the real service refuses, before anything scripted. */
export async function startFakeAnthropic(options: FakeAnthropicOptions = {}): Promise<FakeAnthropic> {
  const fake = new AnthropicService(options);
  const server = await listenLocally({ request: (request, response) => fake.handle(request, response) });
  return fake.publish(server);
}

const usagePeriodMs = 600_000;

class AnthropicService {
  private readonly accounts: FakeAccount[];
  private readonly apiKeys: readonly string[];
  private readonly text: string;
  private readonly now: () => number;
  private readonly usageCalls: number;
  private readonly usageReads: number[] = [];
  private readonly script = new ScriptedService<AnthropicReply>(isGeneration);
  private readonly signIn: ClaudeSignIn;
  private quota: Quota;

  constructor(options: FakeAnthropicOptions) {
    this.accounts = (options.accounts ?? [{}]).map(newAccount);
    this.apiKeys = options.apiKeys ?? [newToken('api03')];
    this.text = options.text ?? 'Hello from the fake Claude.';
    this.now = options.now ?? Date.now;
    this.usageCalls = options.usageCalls ?? 5;
    this.signIn = new ClaudeSignIn(this.now);
    this.quota = defaultQuota(this.now());
  }

  publish(server: LocalServer): FakeAnthropic {
    const [account = newAccount()] = this.accounts;
    const service = this;
    return {
      ...this.script.publish(server),
      url: server.origin,
      tokenUrl: `${server.origin}/v1/oauth/token`,
      authorizeUrl: `${server.origin}/oauth/authorize`,
      signIn: this.signIn,
      account,
      accounts: this.accounts,
      apiKey: this.apiKeys[0] ?? '',
      get quota() {
        return service.quota;
      },
      set quota(quota) {
        service.quota = quota;
      },
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newId('req');
    const always = {
      'request-id': requestId,
      'anthropic-organization-id': this.accounts[0]?.organizationUuid ?? '',
    };
    const answer = (record: RecordedRequest) => {
      const said = this.answer(record, requestId);
      return { ...said, headers: { ...always, ...said.headers } };
    };
    return this.script.serve(request, response, answer, { keepUpTo: bodyLimit });
  }

  private answer(record: RecordedRequest, requestId: string): Answer {
    const route = `${record.method} ${record.path}`;
    if (record.bodyBytes > bodyLimit) return errorAnswer(errors.tooLarge(), requestId);
    if (route === 'POST /v1/oauth/token')
      return this.scripted(record, requestId) ?? tokenAnswer(record, this.accounts, this.signIn, requestId);
    if (route === 'GET /oauth/authorize') return this.signIn.page(new URLSearchParams(record.query));
    const caller = identify(record, { accounts: this.accounts, apiKeys: this.apiKeys });
    if ('status' in caller) return errorAnswer(caller, requestId);
    const quota = caller.kind === 'oauth' ? quotaHeaders(this.quota) : keyHeaders(this.now());
    const answer = this.authenticated(route, record, caller, requestId);
    return { ...answer, headers: { ...quota, ...answer.headers } };
  }

  private authenticated(route: string, record: RecordedRequest, caller: Caller, requestId: string): Answer {
    const refused = (error: ApiError | undefined) => (error ? errorAnswer(error, requestId) : undefined);
    const scripted = () => this.scripted(record, requestId);
    const checked = (operation: Operation) =>
      refused(headerError(record, caller) ?? bodyError(record, caller, operation));
    switch (route) {
      case 'POST /v1/messages':
        return checked('create') ?? scripted() ?? this.message(this.defaultReply(record.json), record);
      case 'POST /v1/messages/count_tokens':
        return checked('count') ?? scripted() ?? jsonAnswer(200, { input_tokens: countTokens(record.json) });
      case 'GET /v1/models':
        return refused(headerError(record, caller)) ?? scripted() ?? modelList();
      case 'GET /api/oauth/profile':
        return (
          scripted() ?? (caller.kind === 'oauth' ? profileAnswer(caller.account, requestId) : missingScope(requestId))
        );
      case 'GET /api/oauth/usage':
        return refused(betaError(record, caller)) ?? scripted() ?? this.usage(caller, requestId);
      default:
        return errorAnswer(errors.notFound('Not Found'), requestId);
    }
  }

  private scripted(record: RecordedRequest, requestId: string): Answer | undefined {
    const reply = this.script.take(record);
    if (!reply) return undefined;
    if (reply.kind === 'raw') return reply.answer;
    if (reply.kind === 'message') return this.message(reply, record);
    const answer = errorAnswer(reply.error, requestId, reply.headers);
    return reply.delivery ? { ...answer, delivery: reply.delivery } : answer;
  }

  private message(reply: MessageReply, record: RecordedRequest): Answer {
    return messageAnswer(reply, isObject(record.json) ? record.json : {});
  }

  /** The fake's text, or a call of the tool that the request forces. */
  private defaultReply(body: unknown): MessageReply {
    const forced = isObject(body) ? forcedToolReply(body, this.text) : undefined;
    return forced ?? { kind: 'message', text: this.text };
  }

  /** The real endpoint takes very few calls; then it refuses for a long time. */
  private usage(caller: Caller, requestId: string): Answer {
    if (caller.kind !== 'oauth' || !caller.account.scopes.includes('user:profile')) return missingScope(requestId);
    const now = this.now();
    const recent = this.usageReads.filter((time) => now - time < usagePeriodMs);
    this.usageReads.push(now);
    if (recent.length >= this.usageCalls) {
      return errorAnswer(errors.rateLimit('Rate limited. Please try again later.'), requestId, {
        'retry-after': '600',
      });
    }
    return jsonAnswer(200, usageBody(this.quota));
  }
}

function isGeneration(request: RecordedRequest): boolean {
  return request.method === 'POST' && request.path === '/v1/messages';
}

function keyHeaders(nowMs: number): Record<string, string> {
  return {
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': new Date(nowMs + 60_000).toISOString(),
  };
}

function modelList(): Answer {
  const data = fakeModels.map(({ id, displayName }) => ({
    type: 'model',
    id,
    display_name: displayName,
    created_at: '2025-10-01T00:00:00Z',
  }));
  return jsonAnswer(200, { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}
