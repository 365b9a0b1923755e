import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { objectsOf } from '../json-values.ts';
import type { RenderableError } from '../wire-format.ts';

/** HTTP statuses of Google's status names, for errors whose code is not one (AIP-193). */
const statuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    RESOURCE_EXHAUSTED: 429,
    CANCELLED: 499,
    UNAVAILABLE: 503,
    DEADLINE_EXCEEDED: 504,
  }),
);

/** Reads `{"error":{…}}`, also within an envelope or a list; undefined for anything else. */
export function failureIn(value: Json | undefined): RenderableError | undefined {
  const object = Array.isArray(value) ? value[0] : value;
  if (!isJsonObject(object) || !isJsonObject(object.error)) return undefined;
  const { code, status, message, details } = object.error;
  const name = typeof status === 'string' ? status : 'INTERNAL';
  const isHttp = typeof code === 'number' && code >= 400 && code <= 599;
  const retryAfterMs = delayIn(details);
  return {
    status: isHttp ? code : (statuses.get(name) ?? 500),
    code: name.toLowerCase(),
    message: typeof message === 'string' && message !== '' ? message : `The provider reported ${name}.`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** `retryDelay` of a RetryInfo. */
function delayIn(details: Json | undefined): number | undefined {
  const info = objectsOf(details).find(({ retryDelay }) => retryDelay);
  return durationMs(info?.retryDelay);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Google writes it, `34.07s`, `900ms` or `1h16m0.5s`, in milliseconds. */
export function durationMs(value: Json | undefined): number | undefined {
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return undefined;
  const amounts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return Math.ceil(amounts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0));
}

/** The answer itself: within the envelope of Code Assist, or as it is. */
export function opened(value: JsonObject): JsonObject {
  return isJsonObject(value.response) && value.candidates === undefined ? value.response : value;
}
