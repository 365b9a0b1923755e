import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, deliver, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import { proxyTraces } from '../proxy-traces.ts';
import { type RecordedRequest, Recorder } from '../recording.ts';
import { Script, type Step } from '../script.ts';
import { accessError } from './access.ts';
import { chatAnswer } from './chat-answer.ts';
import { errorAnswer, errors } from './errors.ts';
import { type Flavour, type FlavourName, flavours } from './flavours.ts';
import type { ChatReply, OpenaiReply } from './replies.ts';
import { bodyError } from './validate.ts';

export interface FakeOpenaiOptions {
  /** Which server it is. Default: OpenAI. */
  flavour?: FlavourName;
  /** Keys or access tokens; one when absent, none for a server without keys. */
  keys?: readonly string[];
  /** In place of the flavour's models. */
  models?: readonly string[];
  /** Text of every answer that is not scripted. */
  text?: string;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  now?: () => number;
}

export interface FakeOpenai {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  /** The base URL that owners write down, with the API's version. */
  url: string;
  /** The first key; empty for a server without keys. */
  key: string;
  requests: readonly RecordedRequest[];
  /** Headers of proxies that reached this server. */
  violations: readonly string[];
  /** Replies for the next valid requests, or for those that a step's `when` names. */
  script(...steps: readonly (OpenaiReply | Step<OpenaiReply>)[]): void;
  /** Scripted replies that nobody asked for. */
  unusedReplies(): number;
  /** Forgets them. */
  clearScript(): void;
  /** Resolves with the first whole request that matches, also an earlier one. */
  received(matches?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Forgets the requests recorded so far. */
  forget(): void;
  openSockets(): number;
  /** Resolves when no client holds a connection. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** A strict server of Chat Completions: it refuses what the real ones refuse, before anything scripted. */
export async function startFakeOpenai(options: FakeOpenaiOptions = {}): Promise<FakeOpenai> {
  const service = new OpenaiService(options);
  const server = await listenLocally({ request: (request, response) => service.handle(request, response) });
  return service.publish(server);
}

class OpenaiService {
  private readonly flavour: Flavour;
  private readonly keys: readonly string[];
  private readonly text: string;
  private readonly now: () => number;
  private readonly recorder = new Recorder();
  private readonly scripted: Script<OpenaiReply>;
  private ids = 0;

  constructor({ flavour = 'openai', keys = ['sk-test-0123456789abcdef'], models, text, now }: FakeOpenaiOptions) {
    this.flavour = { ...flavours[flavour], ...(models ? { models } : {}) };
    this.keys = keys;
    this.text = text ?? 'Hello from the fake.';
    this.now = now ?? Date.now;
    this.scripted = new Script(({ path }) => path === this.route);
  }

  publish(server: LocalServer): FakeOpenai {
    const { recorder, scripted } = this;
    return {
      ...server,
      url: `${server.origin}${this.flavour.base}`,
      key: this.keys[0] ?? '',
      requests: recorder.requests,
      get violations() {
        return recorder.requests.flatMap(proxyTraces);
      },
      script: (...steps) => scripted.add(steps.map((step) => ('reply' in step ? step : { reply: step }))),
      unusedReplies: () => scripted.unused,
      clearScript: () => scripted.clear(),
      received: (matches) => recorder.received(matches),
      forget: () => recorder.forget(),
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = await this.recorder.record(request, response);
    await deliver(this.answer(record), response, this.recorder);
  }

  private get route(): string {
    return `${this.flavour.base}/chat/completions`;
  }

  private answer(record: RecordedRequest): Answer {
    const { method, path } = record;
    const isModels = method === 'GET' && path === `${this.flavour.base}/models`;
    if (!isModels && !(method === 'POST' && path === this.route)) return errorAnswer(errors.unknownUrl(method, path));
    if (isModels) return this.models();
    const refused = accessError(record, this.keys, this.flavour, this.now()) ?? bodyError(record.json, this.flavour);
    if (refused) return errorAnswer(refused);
    const reply = this.scripted.take(record) ?? { kind: 'message', text: this.text };
    if (reply.kind === 'raw') return reply.answer;
    if (reply.kind === 'error') return errorAnswer(reply.error, reply.headers, reply.delivery);
    return this.say(reply, isObject(record.json) ? record.json : {});
  }

  private say(reply: ChatReply, body: JsonObject): Answer {
    return chatAnswer(reply, {
      model: String(body.model),
      stream: body.stream === true,
      includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
      createdAt: Math.floor(this.now() / 1000),
      newId: (prefix) => `${prefix}${String(++this.ids).padStart(12, '0')}`,
    });
  }

  private models(): Answer {
    const data = this.flavour.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' }));
    return jsonAnswer(200, { object: 'list', data });
  }
}
