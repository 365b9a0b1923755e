import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import { listenLocally } from '../local-server.ts';
import type { RecordedRequest } from '../recording.ts';
import { type ScriptedServer, ScriptedService } from '../scripted-service.ts';

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

/** Its script says what stands in place of what the service would say. */
export type SignInService = ScriptedServer<Answer>;

/** A sign-in service on a free port. `routes` are keyed by method and path. */
export async function startService(routes: Readonly<Record<string, Handler>>): Promise<SignInService> {
  const scripted = new ScriptedService<Answer>(() => true);
  const server = await listenLocally({
    request: (request, response) =>
      scripted.serve(request, response, (record) => scripted.take(record) ?? answered(routes, record)),
  });
  return scripted.publish(server);
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
