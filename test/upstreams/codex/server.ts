import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import { type ResponsesReply, says } from '../openai-responses/replies.ts';
import { replyAnswer } from '../openai-responses/response-answer.ts';
import { gptSealing } from '../openai-responses/sealed.ts';
import type { RecordedRequest } from '../recording.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
import { type CodexQuota, defaultQuota, quotaEvent, quotaHeaders, usageBody } from './quota.ts';
import { createResponsesSocket } from './socket.ts';
import { refusal } from './validate.ts';

export interface FakeCodexAccount {
  accessToken: string;
  /** What OpenAI calls the ChatGPT account. */
  accountId: string;
  /** The access token is no longer taken. */
  expired: boolean;
}

export interface FakeCodexOptions {
  accounts?: readonly Partial<FakeCodexAccount>[];
  /** Text of every answer that is not scripted. */
  text?: string;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  now?: () => number;
  /** Status with which upgrades to a WebSocket are refused. Default: they are not. */
  refuseUpgrade?: number;
}

export interface FakeCodex extends ScriptedServer<ResponsesReply> {
  /** The base URL of the model API. */
  url: string;
  /** The first account. */
  account: FakeCodexAccount;
  accounts: readonly FakeCodexAccount[];
  /** What the headers and events of the next answers report. */
  quota: CodexQuota;
  /** Frames that came over WebSockets. */
  frames: readonly JsonObject[];
}

const base = '/backend-api/codex';

/** A strict chatgpt.com/backend-api: it refuses what the real service refuses, before anything scripted. */
export async function startFakeCodex(options: FakeCodexOptions = {}): Promise<FakeCodex> {
  const service = new CodexService(options);
  const server = await listenLocally({
    request: (request, response) => service.handle(request, response),
    upgrade: (request, socket, head) => service.socket.upgrade(request, socket, head),
  });
  return service.publish(server);
}

class CodexService {
  readonly socket: ReturnType<typeof createResponsesSocket>;
  private readonly accounts: FakeCodexAccount[];
  private readonly text: string;
  private readonly now: () => number;
  private readonly frames: JsonObject[] = [];
  private readonly scripted = new ScriptedService<ResponsesReply>(({ path }) => path === `${base}/responses`);
  private quota: CodexQuota;

  constructor({ accounts = [{}], text, now, refuseUpgrade }: FakeCodexOptions) {
    this.accounts = accounts.map(newAccount);
    this.text = text ?? 'Hello from the fake ChatGPT.';
    this.now = now ?? Date.now;
    this.quota = defaultQuota(this.now());
    this.socket = createResponsesSocket({
      refuse: (request) => refuseUpgrade ?? this.upgradeRefusal(request),
      reply: () => this.reply({ path: `${base}/responses` }),
      first: () => quotaEvent(this.quota),
      onFrame: (frame) => this.frames.push(frame),
    });
  }

  publish(server: LocalServer): FakeCodex {
    const service = this;
    return {
      ...this.scripted.publish(server),
      url: `${server.origin}${base}`,
      account: this.accounts[0] ?? newAccount(),
      accounts: this.accounts,
      get quota() {
        return service.quota;
      },
      set quota(quota) {
        service.quota = quota;
      },
      frames: this.frames,
      close: () => {
        this.socket.close();
        return server.close();
      },
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.scripted.serve(request, response, (record) => {
      const answer = this.isKnown(record.headers) ? this.answer(record) : jsonAnswer(401, { detail: 'Unauthorized' });
      const headers = { ...quotaHeaders(this.quota), ...answer.headers };
      return answer.status === 401 ? answer : { ...answer, headers };
    });
  }

  private answer(record: RecordedRequest): Answer {
    const body = isObject(record.json) ? record.json : undefined;
    switch (`${record.method} ${record.path}`) {
      case 'GET /backend-api/wham/usage':
        return jsonAnswer(200, usageBody(this.quota, this.now()));
      case `POST ${base}/responses`:
        return body ? (refusal(body, 'http', new Set()) ?? this.respond(record, body)) : unreadable();
      case `POST ${base}/responses/compact`:
        return body ? (refusal(body, 'compact', new Set()) ?? compacted()) : unreadable();
      case `GET ${base}/responses`:
        return jsonAnswer(426, { detail: 'Upgrade Required' });
      default:
        return jsonAnswer(404, { detail: 'Not Found' });
    }
  }

  private respond(record: RecordedRequest, body: JsonObject): Answer {
    return replyAnswer(this.reply(record), body, { sealing: gptSealing, first: [quotaEvent(this.quota)] });
  }

  private reply(record: Pick<RecordedRequest, 'path'>): ResponsesReply {
    const reply = this.scripted.take(record as RecordedRequest) ?? says(this.text);
    // The backend leaves it to its clients to put the output together.
    return reply.kind === 'response' ? { emptyOutput: true, ...reply } : reply;
  }

  private isKnown(headers: IncomingMessage['headers']): boolean {
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    return this.accounts.some(
      ({ accessToken, accountId, expired }) =>
        accessToken === bearer && accountId === headers['chatgpt-account-id'] && !expired,
    );
  }

  private upgradeRefusal({ url, headers }: IncomingMessage): number | undefined {
    if (url !== `${base}/responses`) return 404;
    if (!this.isKnown(headers)) return 401;
    return String(headers['openai-beta']).includes('responses_websockets=2026-02-06') ? undefined : 400;
  }
}

function newAccount(given: Partial<FakeCodexAccount> = {}): FakeCodexAccount {
  const unique = randomBytes(12).toString('hex');
  return { accessToken: `access-${unique}`, accountId: `acc-${unique}`, expired: false, ...given };
}

function unreadable(): Answer {
  return jsonAnswer(400, { detail: 'The body is not a JSON object.' });
}

function compacted(): Answer {
  const output = [{ type: 'compaction', id: 'cmp_1', encrypted_content: gptSealing.seal('short') }];
  return jsonAnswer(200, { id: 'resp_compact', object: 'response.compaction', output });
}
