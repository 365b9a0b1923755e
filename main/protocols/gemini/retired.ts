import { isJsonObject, type JsonObject } from '../exact-json.ts';
import { objectsOf } from '../json-values.ts';
import type { RenderableError } from '../wire-format.ts';
import { opened } from './failures.ts';

/**
 * A host of Antigravity's that refuses a program answers with 200 and says so in the place of the model. Undefined for
 * words that a model has written.
 */
export function refusalInWords(text: string): RenderableError | undefined {
  if (!/^\s*This version of [\w .-]{1,60} is no longer supported\b/i.test(text)) return undefined;
  return { status: 503, code: 'unsupported_client', message: text.trim().slice(0, 300) };
}

/** The refusal that an object of an answer holds in the place of a model's first words. */
export function refusalIn(chunk: JsonObject): RenderableError | undefined {
  const [candidate] = objectsOf(opened(chunk).candidates);
  const [part] = isJsonObject(candidate?.content) ? objectsOf(candidate.content.parts) : [];
  return typeof part?.text === 'string' ? refusalInWords(part.text) : undefined;
}

/** Whether an object of an answer is such a refusal. */
export function saysRetired(chunk: JsonObject): boolean {
  return refusalIn(chunk) !== undefined;
}
