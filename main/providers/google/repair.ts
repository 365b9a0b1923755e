import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../../protocols/exact-json.ts';
import { isBrokenCall } from '../../protocols/gemini/broken-call.ts';
import { exactJsonIn, objectIn } from '../../protocols/json-text.ts';
import { geminiSignaturePlaceholder } from '../../protocols/signatures.ts';
import type { UpstreamFailure } from '../contract.ts';

/** The body to be tried once more: as it is where the model garbled a call, else with other signatures. */
export function repairRequest(body: Buffer, failure: UpstreamFailure): Buffer | undefined {
  const isBroken = 'status' in failure && isBrokenCall(objectIn(failure.body) ?? {});
  return isBroken ? body : repairSignatures(body, failure);
}

/**
 * The body of a request whose thought signatures were refused or missing, with the stand-in for each turn's first call and
 * no others; undefined when something else was wrong.
 */
export function repairSignatures(body: Buffer, failure: UpstreamFailure): Buffer | undefined {
  const isRefused = 'status' in failure && failure.status === 400 && /thought_?\s?signature/i.test(failure.body);
  if (!isRefused) return undefined;
  const json = exactJsonIn(body.toString('utf8'));
  if (!isJsonObject(json)) return undefined;
  const inner = isJsonObject(json.request) && json.contents === undefined ? json.request : json;
  if (!Array.isArray(inner.contents)) return undefined;
  const repaired = { ...inner, contents: inner.contents.map(signedAnew) };
  const text = stringifyExact(inner === json ? repaired : { ...json, request: repaired });
  return text === stringifyExact(json) ? undefined : Buffer.from(text);
}

function signedAnew(content: Json): Json {
  if (!isJsonObject(content) || !Array.isArray(content.parts)) return content;
  let isFirst = true;
  const parts = content.parts.flatMap((part): Json[] => {
    if (!isJsonObject(part)) return [part];
    const { thoughtSignature: _, thought_signature: __, ...unsigned } = part;
    if (!isCall(part)) return isEmptyText(unsigned) ? [] : [unsigned];
    const proof = isFirst ? { thoughtSignature: geminiSignaturePlaceholder } : {};
    isFirst = false;
    return [{ ...unsigned, ...proof }];
  });
  return { ...content, parts };
}

function isCall(part: JsonObject): boolean {
  return part.functionCall !== undefined || part.function_call !== undefined;
}

/** A part that was there for its proof only. */
function isEmptyText(part: JsonObject): boolean {
  return part.text === '' || Object.keys(part).length === 0;
}
