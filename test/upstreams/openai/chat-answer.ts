import { type Answer, jsonAnswer, renderEvents } from '../answer.ts';
import type { JsonObject } from '../json.ts';
import { errorBody } from './errors.ts';
import type { ChatReply, FakeUsage, ToolCall } from './replies.ts';

/** What an answer needs to know of the request and of the fake. */
export interface AnswerParts {
  model: string;
  stream: boolean;
  /** Whether the request asked for a chunk of usage. */
  includeUsage: boolean;
  createdAt: number;
  newId(prefix: string): string;
}

/** The reply as the API sends it. */
export function chatAnswer(reply: ChatReply, parts: AnswerParts): Answer {
  const answer = parts.stream ? streamed(reply, parts) : whole(reply, parts);
  return { ...answer, ...(reply.delivery ? { delivery: reply.delivery } : {}) };
}

function whole(reply: ChatReply, parts: AnswerParts): Answer {
  const calls = (reply.toolCalls ?? []).map((call) => ({ id: call.id ?? parts.newId('call_'), ...callOf(call) }));
  const message = {
    role: 'assistant',
    content: reply.text ?? null,
    refusal: null,
    ...(reply.thinking === undefined ? {} : { reasoning_content: reply.thinking }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return jsonAnswer(
    200,
    {
      id: parts.newId('chatcmpl-'),
      object: 'chat.completion',
      created: parts.createdAt,
      model: parts.model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(reply) }],
      usage: usageOf(reply.usage),
      service_tier: 'default',
    },
    reply.headers,
  );
}

function streamed(reply: ChatReply, parts: AnswerParts): Answer {
  const head = {
    id: parts.newId('chatcmpl-'),
    object: 'chat.completion.chunk',
    created: parts.createdAt,
    model: parts.model,
    service_tier: 'default',
  };
  const usage = parts.includeUsage ? { usage: null } : {};
  const chunks = [...deltas(reply, parts), { delta: {}, finish: finishOf(reply) }].map(({ delta, finish }) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...usage,
  }));
  const all: unknown[] = parts.includeUsage
    ? [...chunks, { ...head, choices: [], usage: usageOf(reply.usage) }]
    : chunks;
  const datas = reply.errorEvent
    ? [...all.slice(0, reply.errorEvent.at), errorBody(reply.errorEvent.error)]
    : [...all, ...(reply.withoutDone ? [] : ['[DONE]'])];
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', ...reply.headers },
    parts: renderEvents(
      datas.map((data) => ({ data })),
      reply.format,
    ),
    stream: true,
  };
}

interface Delta {
  delta: JsonObject;
  finish: string | null;
}

function deltas(reply: ChatReply, { newId }: AnswerParts): Delta[] {
  const size = reply.deltaLength ?? 12;
  const say = (delta: JsonObject): Delta => ({ delta, finish: null });
  const calls = (reply.toolCalls ?? []).flatMap((call, index) => {
    const { type, ...tool } = callOf(call);
    const [[kind, { name, ...input }] = ['function', { name: '' }]] = Object.entries(tool);
    const [[field, text] = ['arguments', '']] = Object.entries(input);
    const start = { index, id: call.id ?? newId('call_'), type, [kind]: { name, [field]: '' } };
    return [
      say({ tool_calls: [start] }),
      ...cut(text, size).map((piece) => say({ tool_calls: [{ index, [kind]: { [field]: piece } }] })),
    ];
  });
  return [
    say({ role: 'assistant', content: reply.text === undefined ? null : '', refusal: null }),
    ...cut(reply.thinking ?? '', size).map((piece) => say({ reasoning_content: piece })),
    ...cut(reply.text ?? '', size).map((piece) => say({ content: piece })),
    ...calls,
  ];
}

function callOf({ name, input, custom }: ToolCall): { type: string } & Record<string, Record<string, string>> {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const called: Record<string, Record<string, string>> = custom
    ? { custom: { name, input: text } }
    : { function: { name, arguments: text } };
  return { type: custom ? 'custom' : 'function', ...called } as { type: string } & Record<
    string,
    Record<string, string>
  >;
}

function finishOf({ finish, toolCalls }: ChatReply): string {
  return finish ?? (toolCalls && toolCalls.length > 0 ? 'tool_calls' : 'stop');
}

function usageOf({ prompt = 20, completion = 10, cached = 0, reasoning = 0 }: Partial<FakeUsage> = {}): JsonObject {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

function cut(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}
