import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { objectsOf } from '../json-values.ts';
import { opened } from './failures.ts';

/** Google's name for an answer that ended because the model garbled a call of a tool; the next try mostly succeeds. */
export const brokenCall = 'MALFORMED_FUNCTION_CALL';

/** Whether an object of an answer ends it with a garbled call before it has said anything. */
export function isBrokenCall(chunk: JsonObject): boolean {
  const { candidates } = opened(chunk);
  const [candidate] = Array.isArray(candidates) ? candidates : [];
  return isJsonObject(candidate) && candidate.finishReason === brokenCall && isEmpty(candidate.content);
}

function isEmpty(content: Json | undefined): boolean {
  const parts = isJsonObject(content) ? objectsOf(content.parts) : [];
  return parts.every((part) => part.text === '');
}
