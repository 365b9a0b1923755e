import { isJsonObject, type Json, type JsonObject, parseExact } from '../../../protocols/exact-json.ts';
import { findMember, stringAt } from '../../../protocols/json-edit.ts';
import { GatewayError } from '../../errors.ts';
import type { Transcripts } from './transcripts.ts';

const field = 'previous_response_id';

/** Whether a request goes on from an earlier answer instead of saying everything itself. */
export function namesPrevious(body: Buffer): boolean {
  if (!body.includes(`"${field}"`)) return false;
  const span = findMember(body, field);
  return span !== undefined && stringAt(body, span) !== undefined;
}

/**
 * The request with everything said before put in front, so that an upstream without a memory understands it. Throws
 * GatewayError where the earlier answer is not known here.
 */
export function withHistory(body: JsonObject, transcripts: Transcripts): JsonObject {
  const { [field]: previous, ...rest } = body;
  if (typeof previous !== 'string') return body;
  const before = transcripts.find(previous);
  if (!before) throw new GatewayError('previous_response_not_found', { detail: previous.slice(0, 100), param: field });
  return { ...rest, input: [...before, ...itemsOf(rest.input)] };
}

/** The input as items; text alone is a message of the user. */
export function itemsOf(input: Json | undefined): Json[] {
  if (Array.isArray(input)) return input;
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : [];
}

/** Whether the answer to a request may be named by the next one: unless `store` is false. */
export function isKept(body: Buffer): boolean {
  const store = body.includes('"store"') ? findMember(body, 'store') : undefined;
  return !store || body.toString('latin1', store.start, store.end) !== 'false';
}

export function requestIn(body: Buffer): JsonObject | undefined {
  try {
    const value = parseExact(body.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
