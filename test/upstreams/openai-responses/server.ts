import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import type { RecordedRequest } from '../recording.ts';
import type { RawReply } from '../replies.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';
import { type ApiError, errorAnswer, errors } from './errors.ts';
import { type ResponsesFlavour, responsesFlavours } from './flavours.ts';
import { type ResponsesReply, says } from './replies.ts';
import { replyAnswer } from './response-answer.ts';
import { bodyError } from './validate.ts';
import { inputError } from './validate-items.ts';

export interface FakeResponsesOptions {
  /** Which service it is. Default: OpenAI. */
  flavour?: keyof typeof responsesFlavours;
  /** API keys; one when absent. */
  keys?: readonly string[];
  /** Access tokens of subscriptions. */
  tokens?: readonly string[];
  /** In place of the flavour's models. */
  models?: readonly string[];
  /** Text of every answer that is not scripted. */
  text?: string;
  /** Other APIs of the same service, by method and path. */
  routes?: Readonly<Record<string, OtherRoute>>;
}

/** An API that answers what was scripted in words of its own. */
export interface OtherRoute {
  refuse(record: RecordedRequest): Answer | undefined;
  say(reply: Exclude<ResponsesReply, RawReply>, record: RecordedRequest): Answer;
}

export interface FakeResponses extends ScriptedServer<ResponsesReply> {
  /** The base URL, with the API's version. */
  url: string;
  key: string;
}

/** A strict server of the Responses API: it refuses what the real ones refuse, before anything scripted. */
export async function startFakeResponses(options: FakeResponsesOptions = {}): Promise<FakeResponses> {
  const service = new ResponsesService(options);
  const server = await listenLocally({ request: (request, response) => service.handle(request, response) });
  return service.publish(server);
}

class ResponsesService {
  private readonly flavour: ResponsesFlavour;
  private readonly keys: readonly string[];
  private readonly tokens: readonly string[];
  private readonly text: string;
  private readonly stored = new Set<string>();
  private readonly routes: Readonly<Record<string, OtherRoute>>;
  private readonly scripted = new ScriptedService<ResponsesReply>(
    ({ method, path }) => path === '/v1/responses' || `${method} ${path}` in this.routes,
  );

  constructor({ flavour = 'openai', keys, tokens = [], models, text, routes = {} }: FakeResponsesOptions) {
    this.routes = routes;
    this.flavour = { ...responsesFlavours[flavour], ...(models ? { models } : {}) };
    this.keys = keys ?? ['sk-test-0123456789abcdef'];
    this.tokens = tokens;
    this.text = text ?? 'Hello from the fake.';
  }

  publish(server: LocalServer): FakeResponses {
    return { ...this.scripted.publish(server), url: `${server.origin}/v1`, key: this.keys[0] ?? '' };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.scripted.serve(request, response, (record) => this.answer(record));
  }

  private answer(record: RecordedRequest): Answer {
    const refused = this.accessError(record);
    if (refused) return errorAnswer(refused);
    const body = isObject(record.json) ? record.json : undefined;
    const route = `${record.method} ${record.path}`;
    const other = this.routes[route];
    if (other) return other.refuse(record) ?? this.sayElsewhere(other, record);
    switch (route) {
      case 'GET /v1/models':
        return jsonAnswer(200, { object: 'list', data: this.flavour.models.map((id) => ({ id, object: 'model' })) });
      case 'POST /v1/responses':
        return body ? this.respond(record, body) : errorAnswer(errors.invalid('We could not parse the JSON body.'));
      case 'POST /v1/responses/compact':
        return body ? this.compact(body) : errorAnswer(errors.invalid('We could not parse the JSON body.'));
      default:
        return errorAnswer(errors.notFound());
    }
  }

  private respond(record: RecordedRequest, body: JsonObject): Answer {
    const wrong = bodyError(body, this.flavour) ?? this.historyError(body);
    if (wrong) return errorAnswer(wrong);
    const reply = this.scripted.take(record) ?? says(this.text);
    const answer = replyAnswer(reply, body, { sealing: this.flavour.sealing });
    for (const [, id] of String(answer.parts[0] ?? '').matchAll(/"id":"(resp_\w+)"/g)) if (id) this.stored.add(id);
    return answer;
  }

  private sayElsewhere(route: OtherRoute, record: RecordedRequest): Answer {
    const reply = this.scripted.take(record) ?? says(this.text);
    return reply.kind === 'raw' ? reply.answer : route.say(reply, record);
  }

  private historyError(body: JsonObject): ApiError | undefined {
    const before = body.previous_response_id;
    if (typeof before === 'string' && !this.stored.has(before)) {
      const message = `Previous response with id '${before}' not found.`;
      return errors.invalid(message, 'previous_response_id', 'previous_response_not_found');
    }
    const inPairs = typeof before !== 'string';
    return inputError(body.input, { ...this.flavour, inPairs });
  }

  private compact(body: JsonObject): Answer {
    if (body.stream !== undefined) return errorAnswer(errors.unknownParameter('stream'));
    const wrong = bodyError(body, this.flavour) ?? this.historyError(body);
    if (wrong) return errorAnswer(wrong);
    const output = [{ type: 'compaction', id: 'cmp_1', encrypted_content: this.flavour.sealing.seal('short') }];
    return jsonAnswer(200, { id: 'resp_compact', object: 'response.compaction', output });
  }

  private accessError({ headers }: RecordedRequest): ApiError | undefined {
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (this.keys.includes(bearer)) return undefined;
    const [name, value] = this.flavour.tokenHeader ?? [];
    const isMarked = name !== undefined && headers[name] === value;
    return this.tokens.includes(bearer) && isMarked ? undefined : errors.badKey(bearer);
  }
}
