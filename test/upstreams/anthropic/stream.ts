import { randomBytes } from 'node:crypto';
import { type Answer, jsonAnswer, renderEvents } from '../answer.ts';
import { type JsonObject, objectsIn } from '../json.ts';
import type { FakeUsage, MessageReply } from './replies.ts';
import { encryptedContent, redactedThinking, signThinking } from './signatures.ts';

interface StreamEvent {
  name: string;
  data: JsonObject & { type: string };
}

export function newId(kind: 'msg' | 'toolu' | 'srvtoolu' | 'req'): string {
  return `${kind}_01${randomBytes(16).toString('base64url').replaceAll(/[-_]/g, 'A')}`;
}

/** The reply as the request wants it: a stream of events, or one object. */
export function messageAnswer(reply: MessageReply, request: JsonObject): Answer {
  const usage = fullUsage(reply, request);
  const model = String(request.model);
  const blocks = contentBlocks(reply);
  const delivery = reply.delivery ? { delivery: reply.delivery } : {};
  if (request.stream !== true) {
    const message = { ...messageHead(model), content: blocks, ...stop(reply), usage: usageFields(usage) };
    return { ...jsonAnswer(200, message, reply.headers), ...delivery };
  }
  const events = withErrorEvent(streamEvents(reply, model, blocks, usage), reply);
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...reply.headers },
    parts: renderEvents(events, reply.format),
    stream: true,
    ...delivery,
  };
}

function messageHead(model: string): JsonObject {
  return { id: newId('msg'), type: 'message', role: 'assistant', model };
}

function stop(reply: MessageReply): JsonObject {
  const { toolCalls = [], stopSequence, stopReason } = reply;
  const usual = stopSequence !== undefined ? 'stop_sequence' : toolCalls.length > 0 ? 'tool_use' : 'end_turn';
  return { stop_reason: stopReason ?? usual, stop_sequence: stopSequence ?? null };
}

/** About four characters a token; the fake's counts only have to be plausible and stable. */
export function countTokens(value: unknown): number {
  return Math.ceil((JSON.stringify(value) ?? '').length / 4);
}

function fullUsage(reply: MessageReply, request: JsonObject): FakeUsage {
  const input = countTokens([request.system, request.tools, request.messages]);
  const output = countTokens([reply.thinking, reply.text, reply.toolCalls]);
  return { input, output, cacheRead: 0, cacheWrite: 0, ...reply.usage };
}

function usageFields(usage: FakeUsage): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
  };
}

function contentBlocks(reply: MessageReply): JsonObject[] {
  const { thinking, text, redactedThinking: hidden } = reply;
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking', thinking, signature: signThinking(thinking) }]),
    ...(hidden === undefined ? [] : [{ type: 'redacted_thinking', data: redactedThinking(hidden) }]),
    ...searchBlocks(reply),
    ...(text === undefined ? [] : [textBlock(text, reply)]),
    ...(reply.toolCalls ?? []).map(({ id, name, input }) => ({
      type: 'tool_use',
      id: id ?? newId('toolu'),
      name,
      input,
    })),
  ];
}

function textBlock(text: string, { citations = [] }: MessageReply): JsonObject {
  const cited = citations.map(({ title, url, text: cited_text }) => ({
    type: 'web_search_result_location',
    url,
    title,
    cited_text,
    encrypted_index: encryptedContent(url),
  }));
  return { type: 'text', text, ...(cited.length > 0 ? { citations: cited } : {}) };
}

function searchBlocks({ search }: MessageReply): JsonObject[] {
  if (!search) return [];
  const id = newId('srvtoolu');
  const found = search.results.map(({ title, url }) => ({
    type: 'web_search_result',
    title,
    url,
    encrypted_content: encryptedContent(url),
    page_age: null,
  }));
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query: search.query } },
    { type: 'web_search_tool_result', tool_use_id: id, content: found },
  ];
}

function event(type: string, fields: JsonObject = {}): StreamEvent {
  return { name: type, data: { type, ...fields } };
}

function streamEvents(
  reply: MessageReply,
  model: string,
  blocks: readonly JsonObject[],
  usage: FakeUsage,
): StreamEvent[] {
  const started = { ...usageFields(usage), output_tokens: 1, service_tier: 'standard' };
  const message = { ...messageHead(model), content: [], stop_reason: null, stop_sequence: null, usage: started };
  const body = blocks.flatMap((block, index) => blockEvents(block, index, reply));
  const [first, ...rest] = body;
  return [
    event('message_start', { message }),
    ...(first ? [first, event('ping'), ...rest] : []),
    event('message_delta', { delta: stop(reply), usage: usageFields(usage) }),
    event('message_stop'),
  ];
}

function blockEvents(block: JsonObject, index: number, reply: MessageReply): StreamEvent[] {
  const { opening, deltas } = split(block, reply.deltaLength ?? 12);
  return [
    event('content_block_start', { index, content_block: opening }),
    ...deltas.flatMap((delta) => [
      ...(reply.pings ? [event('ping')] : []),
      event('content_block_delta', { index, delta }),
    ]),
    event('content_block_stop', { index }),
  ];
}

/** A block as a stream carries it: opened empty, filled by deltas. */
function split(block: JsonObject, length: number): { opening: JsonObject; deltas: JsonObject[] } {
  const type = block.type;
  if (type === 'text') {
    const words = slices(String(block.text), length).map((text) => ({ type: 'text_delta', text }));
    const cited = objectsIn(block.citations).map((citation) => ({ type: 'citations_delta', citation }));
    return { opening: { type, text: '' }, deltas: [...words, ...cited] };
  }
  if (type === 'thinking') {
    const deltas = slices(String(block.thinking), length).map((thinking) => ({ type: 'thinking_delta', thinking }));
    const signed = { type: 'signature_delta', signature: block.signature };
    return { opening: { type, thinking: '', signature: '' }, deltas: [...deltas, signed] };
  }
  if (type === 'tool_use' || type === 'server_tool_use') {
    const json = ['', ...slices(JSON.stringify(block.input), length)];
    const deltas = json.map((partial) => ({ type: 'input_json_delta', partial_json: partial }));
    return { opening: { ...block, input: {} }, deltas };
  }
  return { opening: block, deltas: [] };
}

/** Cuts between code points, never inside one. */
function slices(text: string, length: number): string[] {
  const points = Array.from(text);
  const result: string[] = [];
  for (let start = 0; start < points.length; start += length) result.push(points.slice(start, start + length).join(''));
  return result;
}

function withErrorEvent(events: StreamEvent[], reply: MessageReply): StreamEvent[] {
  if (!reply.errorEvent) return events;
  const { at, type, message } = reply.errorEvent;
  return [...events.slice(0, at), event('error', { error: { type, message } })];
}
