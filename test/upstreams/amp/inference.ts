import { randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer, renderEvents } from '../answer.ts';
import { forcedToolReply } from '../anthropic/forced-tool.ts';
import { countTokens, messageAnswer } from '../anthropic/stream.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';

interface Route {
  method: 'GET' | 'POST';
  path: RegExp;
  /** The body key without which the request means nothing. */
  needs?: string;
  answer(body: JsonObject, text: string, request: RecordedRequest): Answer;
}

const provider = '^/api/provider/[^/]+';
const gemini = `${provider}/(?:v1beta1/publishers/google|v1beta|v1)/models/[^/:]+`;

/** Inference that Amp sells: the paths of all its aliases. Paths that are not here do not exist. */
const routes: readonly Route[] = [
  { method: 'POST', path: new RegExp(`${provider}/v1/messages$`), needs: 'messages', answer: anthropicMessage },
  {
    method: 'POST',
    path: new RegExp(`${provider}/v1/messages/count_tokens$`),
    needs: 'messages',
    answer: anthropicCount,
  },
  {
    method: 'POST',
    path: new RegExp(`${provider}/(?:v1/)?chat/completions$`),
    needs: 'messages',
    answer: chatCompletion,
  },
  { method: 'POST', path: new RegExp(`${provider}/(?:v1/)?completions$`), needs: 'prompt', answer: legacyCompletion },
  { method: 'POST', path: new RegExp(`${provider}/(?:v1/)?responses$`), needs: 'input', answer: openAiResponse },
  { method: 'POST', path: new RegExp(`${gemini}:streamGenerateContent$`), needs: 'contents', answer: geminiStream },
  { method: 'POST', path: new RegExp(`${gemini}:generateContent$`), needs: 'contents', answer: geminiContent },
  { method: 'POST', path: new RegExp(`${gemini}:countTokens$`), needs: 'contents', answer: geminiCount },
  { method: 'GET', path: new RegExp(`${provider}/(?:v1/)?models$`), answer: modelList },
  { method: 'GET', path: new RegExp(`${provider}/v1/tcp_warming$`), answer: () => jsonAnswer(200, { ok: true }) },
];

/** What Amp's own inference answers, with `text` so that a test sees who served. */
export function inferenceAnswer(request: RecordedRequest, text: string): Answer {
  const route = routes.find(({ method, path }) => method === request.method && path.test(request.path));
  if (!route) return jsonAnswer(404, { error: 'Not found' });
  const body = isObject(request.json) ? request.json : {};
  if (route.needs && body[route.needs] === undefined) {
    return jsonAnswer(400, { error: { type: 'invalid_request_error', message: `${route.needs}: Field required` } });
  }
  return route.answer(body, text, request);
}

function anthropicMessage(body: JsonObject, text: string): Answer {
  return messageAnswer(forcedToolReply(body, text) ?? { kind: 'message', text }, body);
}

function anthropicCount(body: JsonObject): Answer {
  return jsonAnswer(200, { input_tokens: countTokens(body.messages) });
}

function eventStream(events: readonly { name?: string; data: unknown }[]): Answer {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, parts: renderEvents(events), stream: true };
}

function chatCompletion(body: JsonObject, text: string): Answer {
  const head = { id: `chatcmpl-${randomUUID()}`, created: 1_790_000_000, model: body.model };
  const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
  if (body.stream !== true) {
    const choice = { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' };
    return jsonAnswer(200, { ...head, object: 'chat.completion', choices: [choice], usage });
  }
  const chunk = (delta: JsonObject, finish: string | null) => ({
    data: { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] },
  });
  const options = body.stream_options;
  const counted = isObject(options) && options.include_usage === true;
  return eventStream([
    chunk({ role: 'assistant', content: '' }, null),
    chunk({ content: text }, null),
    chunk({}, 'stop'),
    ...(counted ? [{ data: { ...head, object: 'chat.completion.chunk', choices: [], usage } }] : []),
    { data: '[DONE]' },
  ]);
}

function legacyCompletion(body: JsonObject, text: string): Answer {
  const choices = [{ index: 0, text, finish_reason: 'stop', logprobs: null }];
  return jsonAnswer(200, {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: 1_790_000_000,
    model: body.model,
    choices,
  });
}

function openAiResponse(body: JsonObject, text: string): Answer {
  const part = { type: 'output_text', text, annotations: [] };
  const item = { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', status: 'completed', content: [part] };
  const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
  const usage = { input_tokens: 10, output_tokens: 4, total_tokens: 14, ...details };
  const head = { id: `resp_${randomUUID()}`, object: 'response', created_at: 1_790_000_000, model: body.model };
  const whole = { ...head, status: 'completed', output: [item], usage };
  if (body.stream !== true) return jsonAnswer(200, whole);
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  const events: (JsonObject & { type: string })[] = [
    { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...at, delta: text },
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: whole },
  ];
  return eventStream(events.map((event, index) => ({ name: event.type, data: { ...event, sequence_number: index } })));
}

function geminiReply(text: string, request: RecordedRequest): JsonObject {
  const model = /\/models\/([^/:]+):/.exec(request.path)?.[1];
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 },
    modelVersion: model,
    responseId: randomUUID(),
  };
}

function geminiStream(_body: JsonObject, text: string, request: RecordedRequest): Answer {
  const reply = geminiReply(text, request);
  const asEvents = new URLSearchParams(request.query).get('alt') === 'sse';
  return asEvents ? eventStream([{ data: reply }]) : jsonAnswer(200, [reply]);
}

function geminiContent(_body: JsonObject, text: string, request: RecordedRequest): Answer {
  return jsonAnswer(200, geminiReply(text, request));
}

function geminiCount(body: JsonObject): Answer {
  return jsonAnswer(200, { totalTokens: countTokens(body.contents) });
}

function modelList(): Answer {
  return jsonAnswer(200, {
    object: 'list',
    data: [{ id: 'amp-only-model', object: 'model', created: 0, owned_by: 'amp' }],
  });
}
