import { type Answer, deliver, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type LocalServer, listenLocally } from '../local-server.ts';
import { type RecordedRequest, Recorder } from '../recording.ts';
import { Script, type Step } from '../script.ts';

/** A request as the handlers of a sign-in service see it. */
export interface ServiceCall {
  record: RecordedRequest;
  query: URLSearchParams;
  /** The body as a form; throws Refused when it is none. */
  form(): URLSearchParams;
  /** The body as JSON; throws Refused when it is none. */
  json(): JsonObject;
}

export type Handler = (call: ServiceCall) => Answer;

/** Thrown by handlers: answered as OAuth's error (RFC 6749 §5.2). */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, description = code) {
    super(description);
    this.status = status;
    this.code = code;
  }
}

export interface SignInService extends LocalServer {
  requests: readonly RecordedRequest[];
  /** Replies in place of what the service would say, for the next requests or those that a step's `when` names. */
  script(...steps: readonly Step<Answer>[]): void;
  /** Resolves with the first whole request that matches, also an earlier one. */
  received(matches?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
}

/** A sign-in service on a free port. `routes` are keyed by method and path. */
export async function startService(routes: Readonly<Record<string, Handler>>): Promise<SignInService> {
  const recorder = new Recorder();
  const script = new Script<Answer>(() => true);
  const server = await listenLocally({
    async request(request, response) {
      const record = await recorder.record(request, response);
      const answer = script.take(record) ?? answered(routes, record);
      await deliver(answer, response, recorder);
    },
  });
  return {
    ...server,
    requests: recorder.requests,
    script: (...steps) => script.add(steps),
    received: (matches) => recorder.received(matches),
  };
}

function answered(routes: Readonly<Record<string, Handler>>, record: RecordedRequest): Answer {
  const handler = routes[`${record.method} ${record.path}`];
  if (!handler) return jsonAnswer(404, { error: 'not_found' });
  try {
    return handler(callOf(record));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return jsonAnswer(error.status, { error: error.code, error_description: error.message });
  }
}

function callOf(record: RecordedRequest): ServiceCall {
  const type = record.headers['content-type'] ?? '';
  return {
    record,
    query: new URLSearchParams(record.query),
    form() {
      if (!type.startsWith('application/x-www-form-urlencoded'))
        throw new Refused(400, 'invalid_request', `a form was expected, not ${type}`);
      return new URLSearchParams(record.body.toString('utf8'));
    },
    json() {
      if (!type.startsWith('application/json') || !isObject(record.json))
        throw new Refused(400, 'invalid_request', `JSON was expected, not ${type}`);
      return record.json;
    },
  };
}

/** Throws Refused unless the fields have these values. */
export function demand(fields: URLSearchParams, wanted: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(wanted))
    if (fields.get(name) !== value) throw new Refused(400, 'invalid_request', `${name} must be ${value}`);
}

/** Throws Refused unless the call carries this access token. */
export function bearerOnly({ record }: ServiceCall, accessToken: string | undefined): void {
  if (accessToken === undefined || record.headers.authorization !== `Bearer ${accessToken}`)
    throw new Refused(401, 'invalid_token', 'the access token is not known');
}

/** The scheme and the parameters of the Authorization header. */
export function basicCredentials({ record }: ServiceCall): { id: string; secret: string } | undefined {
  const [scheme, encoded] = (record.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic' || !encoded) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  // RFC 6749 §2.3.1: each is encoded as in a form.
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}

/** A JWT as the services issue them; nobody checks the signature. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}
