import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, type Delivery, jsonAnswer } from '../answer.ts';
import type { MessageReply } from '../anthropic/replies.ts';
import { messageAnswer } from '../anthropic/stream.ts';
import { isObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import { proxyTraces } from '../proxy-traces.ts';
import type { RecordedRequest } from '../recording.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
import { inferenceAnswer } from './inference.ts';
import { managementAnswer } from './management.ts';
import { isOpen, openAnswer, under } from './pages.ts';
import type { AmpUser } from './rpc.ts';
import { type RecordedSocket, ThreadActors } from './thread-actor.ts';
import { ThreadStore } from './threads.ts';

export interface FakeAmpOptions {
  /** The owner's access token. */
  token?: string;
  /**
   * `both` (default): every signed-in route needs Authorization and x-api-key, as this product sends them.
   * `either`: one is enough, as for clients that talk to Amp without anything in between.
   */
  credentials?: 'both' | 'either';
  user?: AmpUser;
  /** Text of Amp's own inference and of its thread actors. */
  text?: string;
}

/** A complete answer, the usual one with another delivery (gzip that nobody declared, cuts, gates), or what a Claude model says. */
export type AmpReply = Answer | { usual: Delivery } | MessageReply;

export interface FakeAmp extends ScriptedServer<AmpReply> {
  /** The same as `origin`. */
  url: string;
  token: string;
  user: AmpUser;
  /** WebSockets that were accepted. */
  sockets: readonly RecordedSocket[];
  threads: ThreadStore;
  /** Requests for one RPC method. */
  calls(method: string): RecordedRequest[];
}

/** A strict ampcode.com: it takes the right token only, and nothing that a careless proxy adds. */
export async function startFakeAmp(options: FakeAmpOptions = {}): Promise<FakeAmp> {
  const service = new AmpService(options);
  const server = await listenLocally({
    request: (request, response) => service.handle(request, response),
    upgrade: (request, socket, head) => service.upgrade(request, socket, head),
  });
  return service.publish(server);
}

/** Matches `POST /api/internal?<method>`. */
export function isRpc(method: string): (request: RecordedRequest) => boolean {
  return ({ path, query }) => path === '/api/internal' && query.split('&')[0] === method;
}

/** What Amp answers a token that may only be used with other providers' inference. */
export function outOfCredits(): Answer {
  return jsonAnswer(402, { error: { type: 'payment_required', message: 'Out of credits' } });
}

/** Without the mark the client thinks that it has to import the thread first. */
const actorMeta = { usesThreadActors: true, visibility: 'private', sharedGroupIDs: [] };
const uploadsKept = 1024 * 1024;

class AmpService {
  private readonly token: string;
  private readonly needsBoth: boolean;
  private readonly user: AmpUser;
  private readonly text: string;
  private readonly threads = new ThreadStore();
  private readonly actors: ThreadActors;
  private readonly script = new ScriptedService<AmpReply>(({ path }) => under(path, '/api/provider'));
  private origin = '';

  constructor(options: FakeAmpOptions) {
    this.token = options.token ?? `sgamp_user_${randomBytes(24).toString('hex')}`;
    this.needsBoth = options.credentials !== 'either';
    this.user = options.user ?? { id: 'user_01FAKE', email: 'owner@example.com' };
    this.text = options.text ?? 'Served by Amp.';
    this.actors = new ThreadActors(this.text);
  }

  publish(server: LocalServer): FakeAmp {
    this.origin = server.origin;
    return {
      ...this.script.publish(server),
      url: server.origin,
      token: this.token,
      user: this.user,
      sockets: this.actors.sockets,
      threads: this.threads,
      calls: (method) => this.script.requests.filter(isRpc(method)),
      close: () => {
        this.actors.close();
        return server.close();
      },
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rules = under(request.url ?? '/', '/api/attachments') ? { keepUpTo: uploadsKept } : {};
    return this.script.serve(request, response, (record) => this.refusal(record) ?? this.answer(record), rules);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const done = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const record = this.script.recordUpgrade(request, done);
    const wrongToken = hasCredentials(record) && !this.authorized(record, false);
    if (wrongToken) socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    else this.actors.upgrade(request, socket, head);
  }

  /** Comes before anything scripted. */
  private refusal(record: RecordedRequest): Answer | undefined {
    const traces = proxyTraces(record);
    if (traces.length > 0) return jsonAnswer(400, { error: `Unexpected header: ${traces.join('; ')}` });
    return isOpen(record.path) || this.authorized(record, this.needsBoth) ? undefined : unauthorized();
  }

  private answer(record: RecordedRequest): Answer {
    const reply = this.script.take(record);
    if (!reply) return this.usual(record);
    if ('kind' in reply) return messageAnswer(reply, isObject(record.json) ? record.json : {});
    return 'usual' in reply ? { ...this.usual(record), delivery: reply.usual } : reply;
  }

  private usual(record: RecordedRequest): Answer {
    if (isOpen(record.path)) {
      return openAnswer(record, {
        origin: this.origin,
        token: this.token,
        authorized: this.authorized(record, this.needsBoth),
      });
    }
    if (under(record.path, '/api/provider')) return inferenceAnswer(record, this.text);
    return managementAnswer(record, {
      origin: this.origin,
      user: this.user,
      threads: this.threads,
      createThreadActor: (threadId, agentMode) => this.createThreadActor(threadId, agentMode),
    });
  }

  private createThreadActor(wanted: string | undefined, agentMode: unknown): { threadId: string; wsToken: string } {
    const actor = this.actors.create(wanted);
    const thread = { v: 1, id: actor.threadId, created: 1_790_000_000_000, agentMode, messages: [], meta: actorMeta };
    if (!this.threads.get(actor.threadId)) this.threads.put(thread);
    return actor;
  }

  /** A wrong credential is never made good by a right one beside it; Google's placeholder key says nothing. */
  private authorized(record: RecordedRequest, both: boolean): boolean {
    const bearer = record.headers.authorization;
    const key = record.headers['x-api-key'];
    const right = [bearer === `Bearer ${this.token}`, key === this.token];
    const wrong = (bearer !== undefined && !right[0]) || (key !== undefined && !right[1]);
    return !wrong && (both ? right.every(Boolean) : right.some(Boolean));
  }
}

function hasCredentials({ headers }: RecordedRequest): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

function unauthorized(): Answer {
  return jsonAnswer(401, { ok: false, error: { code: 'auth-required', message: 'Unauthorized' } });
}
