import { type Answer, jsonAnswer, renderEvents } from '../../answer.ts';
import { signThinking } from '../../anthropic/signatures.ts';
import { isObject, type JsonObject } from '../../json.ts';
import type { GoogleError, GoogleReply, ModelReply } from './replies.ts';
import { signThought } from './signatures.ts';

/** What an answer depends on beside the reply. */
export interface AnswerParts {
  model: string;
  request: JsonObject;
  /** How it is to come. */
  as: 'events' | 'array' | 'body';
  isEnveloped: boolean;
  responseId: string;
}

export function replyAnswer(reply: GoogleReply, parts: AnswerParts): Answer {
  switch (reply.kind) {
    case 'raw':
      return reply.answer;
    case 'error':
      return { ...errorAnswer(reply.error, parts.as), ...(reply.delivery ? { delivery: reply.delivery } : {}) };
    case 'blocked': {
      const feedback = {
        promptFeedback: { blockReason: reply.reason },
        usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
      };
      return sent([feedback], parts, { kind: 'message' });
    }
    case 'message':
      return sent(parts.as === 'body' ? [whole(reply, parts)] : chunks(reply, parts), parts, reply);
  }
}

/** Streams that have not begun fail as one object in a list. */
export function errorAnswer(
  { status, name, message, details = [] }: GoogleError,
  as: AnswerParts['as'] = 'body',
): Answer {
  const body = errorBody({ status, name, message, details });
  return jsonAnswer(status, as === 'array' ? [body] : body);
}

function errorBody({ status, name, message, details = [] }: GoogleError): JsonObject {
  return { error: { code: status, message, status: name, details } };
}

function sent(objects: readonly JsonObject[], { as, isEnveloped }: AnswerParts, reply: ModelReply): Answer {
  const wrapped = objects.map((one) => (isEnveloped ? { response: one, traceId: 'trace-1' } : one));
  const all = reply.errorAt ? [...wrapped.slice(0, reply.errorAt.index), errorBody(reply.errorAt.error)] : wrapped;
  const delivery = reply.delivery ? { delivery: reply.delivery } : {};
  if (as === 'body') return { ...jsonAnswer(200, all[0]), ...delivery };
  if (as === 'array') {
    const texts = all.map((one, index) => `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(one, undefined, 2)}`);
    const headers = { 'content-type': 'application/json; charset=UTF-8' };
    return { status: 200, headers, parts: [...texts, ']'], stream: true, ...delivery };
  }
  const headers = { 'content-type': 'text/event-stream' };
  const parts = renderEvents(
    all.map((data) => ({ data })),
    { lineEnd: '\r\n', ...reply.format },
  );
  return { status: 200, headers, parts, stream: true, ...delivery };
}

function chunks(reply: ModelReply, parts: AnswerParts): JsonObject[] {
  const pieces = partsOf(reply, parts);
  const last = pieces.length - 1;
  const usage = usageOf(reply, parts.request);
  return (pieces.length === 0 ? [{ text: '' }] : pieces).map((part, index) => {
    const isLast = index >= last;
    const early = { promptTokenCount: usage.promptTokenCount ?? 0, totalTokenCount: usage.promptTokenCount ?? 0 };
    return object([part], reply, parts, isLast, isLast ? usage : early);
  });
}

function whole(reply: ModelReply, parts: AnswerParts): JsonObject {
  return object(
    partsOf({ ...reply, deltaLength: Number.POSITIVE_INFINITY }, parts),
    reply,
    parts,
    true,
    usageOf(reply, parts.request),
  );
}

function object(
  written: readonly JsonObject[],
  { finish = 'STOP', grounding }: ModelReply,
  { model, responseId }: AnswerParts,
  isLast: boolean,
  usageMetadata: JsonObject,
): JsonObject {
  const ending = isLast ? { finishReason: finish, ...(grounding ? { groundingMetadata: grounding } : {}) } : {};
  return {
    candidates: [{ content: { role: 'model', parts: written }, ...ending, index: 0 }],
    usageMetadata,
    modelVersion: model,
    responseId,
  };
}

function partsOf(reply: ModelReply, { model, request, responseId }: AnswerParts): JsonObject[] {
  const isClaude = model.startsWith('claude-');
  const { thinking = '', text = '', deltaLength = 12 } = reply;
  const thoughts = showsThoughts(request) && thinking !== '' ? slices(thinking, deltaLength) : [];
  const calls = (reply.toolCalls ?? []).map(({ name, input, id }, index) => ({
    functionCall: { name, args: input, ...(id === null ? {} : { id: id ?? `${responseId}-${index}` }) },
    ...(index === 0 && !isClaude ? { thoughtSignature: signThought(`${name} ${JSON.stringify(input)}`) } : {}),
  }));
  return [
    ...(isClaude && thoughts.length > 0
      ? claudeThinking(thinking)
      : thoughts.map((one) => ({ text: one, thought: true }))),
    ...(text === '' ? [] : slices(text, deltaLength).map((one) => ({ text: one }))),
    ...(reply.image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: reply.image } }]),
    ...calls,
  ];
}

/** One signature for all of it, behind the words. */
function claudeThinking(thinking: string): JsonObject[] {
  return [
    { text: thinking, thought: true },
    { text: '', thought: true, thoughtSignature: signThinking(thinking) },
  ];
}

function showsThoughts({ generationConfig }: JsonObject): boolean {
  const config =
    isObject(generationConfig) && isObject(generationConfig.thinkingConfig) ? generationConfig.thinkingConfig : {};
  return config.includeThoughts === true;
}

function usageOf({ usage, thinking, text, toolCalls }: ModelReply, request: JsonObject): JsonObject {
  const counted = (value: unknown) => Math.ceil((JSON.stringify(value) ?? '').length / 4);
  const full = {
    prompt: counted(request),
    cached: 0,
    candidates: counted([text, toolCalls]),
    thoughts: thinking ? counted(thinking) : 0,
    ...usage,
  };
  return {
    promptTokenCount: full.prompt,
    candidatesTokenCount: full.candidates,
    totalTokenCount: full.prompt + full.candidates + full.thoughts,
    ...(full.cached > 0 ? { cachedContentTokenCount: full.cached } : {}),
    ...(full.thoughts > 0 ? { thoughtsTokenCount: full.thoughts } : {}),
  };
}

/** Cuts between code points, never inside one. */
function slices(text: string, length: number): string[] {
  const points = Array.from(text);
  const result: string[] = [];
  for (let start = 0; start < points.length; start += length) result.push(points.slice(start, start + length).join(''));
  return result;
}
