import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { FakeUsage, ResponseReply } from './replies.ts';
import type { Sealing } from './sealed.ts';

export type ResponseEvent = JsonObject & { type: string };

/** One item of the output, with the events between its beginning and its end. */
interface ItemPlan {
  begun: JsonObject;
  whole: JsonObject;
  steps(index: number): ResponseEvent[];
}

function newId(prefix: 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'ws' | 'call'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

/** About four characters a token; the fake's counts only have to be plausible and stable. */
function countTokens(value: unknown): number {
  return Math.ceil((JSON.stringify(value) ?? '').length / 4);
}

/** What a reply comes to: the events of its stream, and the response that the last one holds. */
export function responseEvents(
  reply: ResponseReply,
  request: JsonObject,
  sealing: Sealing,
): { events: ResponseEvent[]; response: JsonObject } {
  const head = responseHead(request);
  const plans = plansOf(reply, request, sealing);
  const output = plans.map(({ whole }) => whole);
  const end = {
    status: reply.incomplete ? 'incomplete' : 'completed',
    incomplete_details: reply.incomplete ? { reason: reply.incomplete } : null,
    usage: usageOf(reply, request),
  };
  const last = reply.incomplete ? 'response.incomplete' : (reply.lastEvent ?? 'response.completed');
  const begun = { ...head, status: 'in_progress', output: [], usage: null };
  const all: ResponseEvent[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...itemEvents(plans, reply.withoutDeltas ?? false),
    { type: last, response: { ...head, ...end, output: reply.emptyOutput ? [] : output } },
  ];
  const { failure } = reply;
  const told = failure ? [...all.slice(0, failure.at), failure.event] : all;
  const events = told.map((event, index) => ({ ...event, sequence_number: index }));
  return { events, response: { ...head, ...end, output } };
}

function responseHead(request: JsonObject): JsonObject {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: 1_795_000_000,
    model: request.model,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    temperature: request.temperature ?? 1,
    top_p: request.top_p ?? 1,
    metadata: request.metadata ?? {},
    store: request.store ?? true,
  };
}

function usageOf(reply: ResponseReply, request: JsonObject): JsonObject {
  const full: FakeUsage = {
    input: countTokens([request.instructions, request.input, request.tools]),
    cached: 0,
    output: countTokens([reply.reasoning, reply.text, reply.toolCalls, reply.customCalls]),
    reasoning: reply.reasoning ? countTokens(reply.reasoning) : 0,
    ...reply.usage,
  };
  return {
    input_tokens: full.input,
    input_tokens_details: { cached_tokens: full.cached },
    output_tokens: full.output,
    output_tokens_details: { reasoning_tokens: full.reasoning },
    total_tokens: full.input + full.output,
  };
}

/** Items follow each other, but calls are made at a time: their deltas take turns. */
function itemEvents(plans: readonly ItemPlan[], withoutDeltas: boolean): ResponseEvent[] {
  const isCall = ({ whole }: ItemPlan) => String(whole.type).endsWith('tool_call') || whole.type === 'function_call';
  const placed = plans.map((plan, index) => ({ plan, index }));
  const added = ({ plan, index }: (typeof placed)[number]): ResponseEvent => ({
    type: 'response.output_item.added',
    output_index: index,
    item: plan.begun,
  });
  const done = ({ plan, index }: (typeof placed)[number]): ResponseEvent => ({
    type: 'response.output_item.done',
    output_index: index,
    item: plan.whole,
  });
  if (withoutDeltas) return placed.map(done);
  const alone = placed.filter(({ plan }) => !isCall(plan));
  const calls = placed.filter(({ plan }) => isCall(plan));
  return [
    ...alone.flatMap((one) => [added(one), ...one.plan.steps(one.index), done(one)]),
    ...calls.map(added),
    ...inTurns(calls.map(({ plan, index }) => plan.steps(index))),
    ...calls.map(done),
  ];
}

function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function plansOf(reply: ResponseReply, request: JsonObject, sealing: Sealing): ItemPlan[] {
  const size = reply.deltaLength ?? 12;
  const wantsSealed = Array.isArray(request.include) && request.include.includes('reasoning.encrypted_content');
  return [
    ...(reply.reasoning ? [reasoningPlan(reply.reasoning, wantsSealed ? sealing : undefined, size)] : []),
    ...(reply.search ? [searchPlan(reply.search)] : []),
    ...(reply.text === undefined ? [] : [messagePlan('output_text', reply.text, size)]),
    ...(reply.refusal === undefined ? [] : [messagePlan('refusal', reply.refusal, size)]),
    ...(reply.toolCalls ?? []).map(({ name, input, id }) =>
      callPlan('function_call', name, JSON.stringify(input), id, size),
    ),
    ...(reply.customCalls ?? []).map(({ name, input, id }) => callPlan('custom_tool_call', name, input, id, size)),
  ];
}

function messagePlan(kind: 'output_text' | 'refusal', text: string, size: number): ItemPlan {
  const head = { id: newId('msg'), type: 'message', role: 'assistant' };
  const words = kind === 'refusal' ? 'refusal' : 'text';
  const part = (said: string) =>
    kind === 'refusal' ? { type: kind, refusal: said } : { type: kind, text: said, annotations: [], logprobs: [] };
  const event = kind === 'refusal' ? 'response.refusal' : 'response.output_text';
  return {
    begun: { ...head, status: 'in_progress', content: [] },
    whole: { ...head, status: 'completed', content: [part(text)] },
    steps(index) {
      const place = { item_id: head.id, output_index: index, content_index: 0 };
      return [
        { type: 'response.content_part.added', ...place, part: part('') },
        ...pieces(text, size).map((delta) => ({ type: `${event}.delta`, ...place, delta, logprobs: [] })),
        { type: `${event}.done`, ...place, [words]: text, logprobs: [] },
        { type: 'response.content_part.done', ...place, part: part(text) },
      ];
    },
  };
}

function reasoningPlan(parts: readonly string[], sealing: Sealing | undefined, size: number): ItemPlan {
  const head = { id: newId('rs'), type: 'reasoning' };
  const summary = parts.map((text) => ({ type: 'summary_text', text }));
  const sealed = sealing ? { encrypted_content: sealing.seal(parts.join('\n')) } : {};
  return {
    begun: { ...head, summary: [] },
    whole: { ...head, summary, ...sealed },
    steps: (index) =>
      parts.flatMap((text, summary_index): ResponseEvent[] => {
        const place = { item_id: head.id, output_index: index, summary_index };
        const part = (said: string) => ({ type: 'summary_text', text: said });
        const delta = (piece: string) => ({
          type: 'response.reasoning_summary_text.delta',
          ...place,
          delta: piece,
        });
        return [
          { type: 'response.reasoning_summary_part.added', ...place, part: part('') },
          ...pieces(text, size).map(delta),
          { type: 'response.reasoning_summary_text.done', ...place, text },
          { type: 'response.reasoning_summary_part.done', ...place, part: part(text) },
        ];
      }),
  };
}

function searchPlan({ query, sources }: { query: string; sources: readonly string[] }): ItemPlan {
  const id = newId('ws');
  const action = { type: 'search', query, sources: sources.map((url) => ({ type: 'url', url })) };
  return {
    begun: { id, type: 'web_search_call', status: 'in_progress', action: { type: 'search', query } },
    whole: { id, type: 'web_search_call', status: 'completed', action },
    steps: (index) =>
      ['in_progress', 'searching', 'completed'].map((state) => ({
        type: `response.web_search_call.${state}`,
        item_id: id,
        output_index: index,
      })),
  };
}

function callPlan(
  type: 'function_call' | 'custom_tool_call',
  name: string,
  input: string,
  callId: string | undefined,
  size: number,
): ItemPlan {
  const isCustom = type === 'custom_tool_call';
  const id = newId(isCustom ? 'ctc' : 'fc');
  const head = { id, type, call_id: callId ?? newId('call'), name };
  const words = isCustom ? 'input' : 'arguments';
  const event = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  return {
    begun: { ...head, status: 'in_progress', [words]: '' },
    whole: { ...head, status: 'completed', [words]: input },
    steps(index) {
      const place = { item_id: id, output_index: index };
      return [
        ...pieces(input, size).map((delta) => ({ type: `${event}.delta`, ...place, delta })),
        { type: `${event}.done`, ...place, [words]: input },
      ];
    },
  };
}

function pieces(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
}
