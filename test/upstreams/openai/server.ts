import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import type { RecordedRequest } from '../recording.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
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

export interface FakeOpenai extends ScriptedServer<OpenaiReply> {
  /** The base URL that owners write down, with the API's version. */
  url: string;
  /** The first key; empty for a server without keys. */
  key: string;
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
  private readonly scripted: ScriptedService<OpenaiReply>;
  private ids = 0;

  constructor({ flavour = 'openai', keys = ['sk-test-0123456789abcdef'], models, text, now }: FakeOpenaiOptions) {
    this.flavour = { ...flavours[flavour], ...(models ? { models } : {}) };
    this.keys = keys;
    this.text = text ?? 'Hello from the fake.';
    this.now = now ?? Date.now;
    this.scripted = new ScriptedService(({ path }) => path === this.route);
  }

  publish(server: LocalServer): FakeOpenai {
    const url = `${server.origin}${this.flavour.base}`;
    return { ...this.scripted.publish(server), url, key: this.keys[0] ?? '' };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.scripted.serve(request, response, (record) => this.answer(record));
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
