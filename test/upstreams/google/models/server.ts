import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from '../../answer.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { type LocalServer, listenLocally } from '../../local-server.ts';
import type { RecordedRequest } from '../../recording.ts';
import { type ScriptedServer, ScriptedService } from '../../scripted-service.ts';
import { errorInfo } from '../errors.ts';
import { type AnswerParts, errorAnswer, replyAnswer } from './answer.ts';
import { type Flavour, type FlavourName, flavours } from './flavours.ts';
import { type GoogleReply, says } from './replies.ts';
import { requestProblem } from './validate.ts';

export interface FakeModelsOptions {
  /** Which service it is. Default: the Gemini API. */
  flavour?: FlavourName;
  key?: string;
  token?: string;
  /** Text of every answer that is not scripted. */
  text?: string;
}

export interface FakeModels extends ScriptedServer<GoogleReply> {
  key: string;
  token: string;
}

/** One of Google's strict model services: it refuses what the real ones refuse, before anything scripted. */
export async function startFakeModels(options: FakeModelsOptions = {}): Promise<FakeModels> {
  const service = new ModelService(options);
  const server = await listenLocally({ request: (request, response) => service.handle(request, response) });
  return service.publish(server);
}

interface Call {
  model: string;
  action: string;
  /** The request without its envelope. */
  request: JsonObject;
}

class ModelService {
  readonly #flavour: Flavour;
  readonly #scripted = new ScriptedService<GoogleReply>(({ path }) => !path.endsWith(':countTokens'));
  readonly #key: string;
  readonly #token: string;
  readonly #text: string;
  #answers = 0;

  constructor({ flavour = 'gemini-api', key, token, text }: FakeModelsOptions) {
    this.#flavour = flavours[flavour];
    this.#key = key ?? 'AIzaFakeKey0123456789';
    this.#token = token ?? 'ya29.fake-token';
    this.#text = text ?? 'Hello from the fake.';
  }

  publish(server: LocalServer): FakeModels {
    return { ...this.#scripted.publish(server), key: this.#key, token: this.#token };
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.#scripted.serve(request, response, (record) => this.#answer(record));
  }

  #answer(record: RecordedRequest): Answer {
    const refused = this.#accessError(record);
    if (refused) return refused;
    const call = this.#callIn(record);
    if (typeof call === 'string') return invalid(call);
    if (!this.#flavour.models.includes(call.model)) return notFound(call.model);
    const problem = requestProblem(call.request, call, this.#flavour);
    if (problem !== undefined) return invalid(problem);
    if (call.action === 'countTokens')
      return jsonAnswer(200, { totalTokens: Math.ceil(JSON.stringify(call.request).length / 4) });
    const { model, request } = call;
    const parts: AnswerParts = {
      model,
      request,
      as: framingOf(call, record, this.#flavour),
      isEnveloped: this.#flavour.isEnveloped,
      responseId: `resp-${++this.#answers}`,
    };
    return replyAnswer(this.#scripted.take(record) ?? says(this.#text), parts);
  }

  /** What is wrong with the call, in words, or the call. */
  #callIn({ method, path, json }: RecordedRequest): Call | string {
    const found = this.#flavour.path.exec(path);
    if (method !== 'POST' || !found) return `The requested URL ${path} was not found on this server.`;
    const action = found.at(-1) ?? '';
    if (!isObject(json)) return 'Invalid JSON payload received.';
    if (!this.#flavour.isEnveloped) return { model: decodeURIComponent(found[1] ?? ''), action, request: json };
    return envelopedCall(json, action);
  }

  #accessError({ headers }: RecordedRequest): Answer | undefined {
    const { 'x-goog-api-key': key, authorization } = headers;
    const isKeyed = this.#flavour === flavours['gemini-api'] || this.#flavour === flavours.vertex;
    if (key !== undefined && authorization !== undefined) return invalid('API key and credential together');
    if (isKeyed && key === this.#key) return undefined;
    if (this.#flavour !== flavours['gemini-api'] && authorization === `Bearer ${this.#token}`) return undefined;
    if (key !== undefined)
      return errorAnswer({
        status: 400,
        name: 'INVALID_ARGUMENT',
        message: 'API key not valid. Please pass a valid API key.',
        details: [errorInfo('API_KEY_INVALID')],
      });
    return errorAnswer({
      status: 401,
      name: 'UNAUTHENTICATED',
      message: 'Request had invalid authentication credentials.',
      details: [errorInfo('ACCESS_TOKEN_EXPIRED')],
    });
  }
}

const envelopes = ['model', 'project', 'request', 'userAgent', 'requestType', 'requestId', 'user_prompt_id'];

function envelopedCall(json: JsonObject, action: string): Call | string {
  const unknown = Object.keys(json).find((name) => !envelopes.includes(name));
  if (unknown !== undefined) return `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`;
  const { request, model, project } = json;
  if (!isObject(request)) return `Invalid value at 'request'`;
  const isCount = action === 'countTokens';
  if (isCount && (model !== undefined || project !== undefined)) return 'Unknown name "model": Cannot find field.';
  const named = isCount ? String(request.model).replace(/^models\//, '') : model;
  if (typeof named !== 'string') return `Invalid value at 'model'`;
  return !isCount && project !== 'p-1' ? `Invalid value at 'project'` : { model: named, action, request };
}

function framingOf({ action, model }: Call, { query }: RecordedRequest, { isEnveloped }: Flavour): AnswerParts['as'] {
  if (action !== 'streamGenerateContent') {
    if (isEnveloped && model.startsWith('claude-')) throw new Error('Claude models only stream here');
    return 'body';
  }
  return new URLSearchParams(query).get('alt') === 'sse' ? 'events' : 'array';
}

function invalid(message: string): Answer {
  return errorAnswer({ status: 400, name: 'INVALID_ARGUMENT', message });
}

function notFound(model: string): Answer {
  const message = `models/${model} is not found for API version v1beta, or is not supported for generateContent.`;
  return errorAnswer({ status: 404, name: 'NOT_FOUND', message });
}
