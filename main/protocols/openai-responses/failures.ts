import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import type { RenderableError } from '../wire-format.ts';

/** HTTP statuses of error codes and types, for failures within a stream that began with 200. */
const statuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    invalid_prompt: 400,
    invalid_value: 400,
    unsupported_value: 400,
    invalid_encrypted_content: 400,
    string_above_max_length: 400,
    context_length_exceeded: 400,
    context_too_large: 400,
    cyber_policy: 400,
    previous_response_not_found: 400,
    authentication_error: 401,
    invalid_api_key: 401,
    token_expired: 401,
    token_invalidated: 401,
    permission_error: 403,
    usage_not_included: 403,
    not_found_error: 404,
    model_not_found: 404,
    message_too_big: 413,
    insufficient_quota: 429,
    usage_limit_reached: 429,
    server_is_overloaded: 503,
    service_unavailable_error: 503,
    slow_down: 503,
    websocket_connection_limit_reached: 503,
    overloaded_error: 529,
  }),
);

/** What an error object says, in whichever of the API's shapes it comes. */
export interface SaidFailure {
  /** As told, or by the code; 500 when neither says. */
  status: number;
  /** The code where there is one, else the type. */
  code: string;
  type?: string;
  message: string;
  param?: string;
  /** The object that said it, for members of one upstream alone. */
  error: JsonObject;
}

/**
 * Reads `{error}`, an `error` event with or without an inner object, a `response.failed` event or a failed response.
 * Undefined for anything else.
 */
export function failureIn(value: Json | undefined): SaidFailure | undefined {
  if (!isJsonObject(value)) return undefined;
  const error = errorObject(value);
  if (!error) return undefined;
  const type = textOf(error.type === 'error' ? undefined : error.type);
  const code = textOf(error.code) ?? type ?? 'server_error';
  const told = [value.status, value.status_code, error.status].find((one) => typeof one === 'number' && one >= 400);
  const message = textOf(error.message) ?? `The provider reported ${code}.`;
  const param = textOf(error.param);
  return {
    status: typeof told === 'number' ? told : statusOf(code, type),
    code,
    message,
    ...(type === undefined ? {} : { type }),
    ...(param === undefined ? {} : { param }),
    error,
  };
}

/** The failure as clients of other formats get to see it. */
export function renderableFailure({ status, code, message, param, error }: SaidFailure): RenderableError {
  const seconds = error.resets_in_seconds;
  const known = Math.min(Math.max(Math.trunc(status), 400), 599);
  return {
    status: known,
    code,
    message,
    ...(param === undefined ? {} : { param }),
    ...(typeof seconds === 'number' && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

function errorObject(value: JsonObject): JsonObject | undefined {
  if (isJsonObject(value.response)) return errorObject(value.response) ?? failedWithoutWords(value.response);
  if (isJsonObject(value.error)) return value.error;
  // xAI puts the words where others have the object.
  if (typeof value.error === 'string') return { code: value.code ?? null, message: value.error };
  return value.type === 'error' ? value : failedWithoutWords(value);
}

function failedWithoutWords(response: JsonObject): JsonObject | undefined {
  return response.status === 'failed' || response.status === 'cancelled'
    ? { code: 'server_error', message: `The response ended as ${response.status}.` }
    : undefined;
}

function statusOf(code: string, type: string | undefined): number {
  const known = statuses.get(code) ?? statuses.get(type ?? '');
  if (known !== undefined) return known;
  return /^rate_limit/.test(code) || /^rate_limit/.test(type ?? '') ? 429 : 500;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
