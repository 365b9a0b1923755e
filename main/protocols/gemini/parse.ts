import type { Conversation } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject } from '../exact-json.ts';
import { FeatureUses } from '../field-reader.ts';
import type { IncomingRequest } from '../translator.ts';
import { CallLog } from './call-log.ts';
import { geminiFields } from './fields.ts';
import { parseContents, parseSystem } from './parse-contents.ts';
import { parseGeneration } from './parse-generation.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
import { GeminiReader } from './reader.ts';

/**
 * Reads a request of generateContent, streamGenerateContent or countTokens, also in the envelope of Code Assist.
 * Throws FieldError.
 */
export function parseGemini({ body: json, model, stream }: IncomingRequest): Conversation {
  const outer = new GeminiReader(json);
  const body = inner(outer);
  const uses = new FeatureUses(geminiFields);
  const context = { uses, calls: new CallLog() };
  const lists = ['tools', 'safetySettings'].filter((name) => body.list(name)?.length === 0);
  body.note(uses, [...lists, ...ownOfEnvelope(body)]);
  const turns = parseContents(body, context);
  const tools = parseTools(body, uses);
  return {
    model: model ?? outer.required('model', outer.string('model') ?? body.string('model')).replace(/^models\//, ''),
    stream: stream ?? false,
    system: parseSystem(body),
    turns,
    tools,
    ...parseGeneration(body, uses),
    ...defined({
      toolChoice: parseToolChoice(body, uses),
      metadata: body.child('labels')?.object,
      serviceTier: body.string('serviceTier'),
    }),
    uses: uses.list(),
  };
}

/** The request itself: in an envelope, as countTokens may have it, or as it is. */
function inner(outer: GeminiReader): GeminiReader {
  const counted = outer.child('generateContentRequest');
  if (counted) return counted;
  const wrapped = !outer.has('contents') && isJsonObject(outer.raw('request'));
  return (wrapped && outer.child('request')) || outer;
}

/** Of the envelope, not of the API. */
function ownOfEnvelope(body: GeminiReader): string[] {
  return body.path === '' ? [] : ['sessionId', 'session_id'];
}
