import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../main/protocols/answer.ts';
import type { Json, JsonObject } from '../../../main/protocols/exact-json.ts';
import { createDecoder, readAnswer } from '../../../main/protocols/openai-responses/decoder.ts';

function decode(events: readonly JsonObject[]): AnswerEvent[] {
  const decoder = createDecoder();
  const pushed = events.flatMap((event) => decoder.push({ event: String(event.type), data: JSON.stringify(event) }));
  return [...pushed, ...decoder.end()];
}

const created: JsonObject = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5.5', output: [] } };
const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 120,
};
const completed = (more: JsonObject = {}): JsonObject => ({
  type: 'response.completed',
  response: { id: 'resp_1', model: 'gpt-5.5', status: 'completed', output: [], usage, ...more },
});
const start: AnswerEvent = { type: 'start', id: 'resp_1', model: 'gpt-5.5' };
const counted: AnswerEvent = {
  type: 'usage',
  usage: { inputTokens: 40, outputTokens: 20, cacheReadTokens: 60, cacheWriteTokens: 0, reasoningTokens: 5 },
};

const textItem = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] };
const callItem = {
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'read',
  arguments: '{"path":"a"}',
};

describe('decoding a Responses stream', () => {
  it('tells text by its deltas and says nothing twice', () => {
    const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
    const events = decode([
      created,
      { type: 'response.in_progress', response: { id: 'resp_1' } },
      { type: 'response.output_item.added', output_index: 0, item: { ...textItem, content: [] } },
      { type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '' } },
      { type: 'response.output_text.delta', ...place, delta: 'Hel' },
      { type: 'response.output_text.delta', ...place, delta: 'lo' },
      { type: 'response.output_text.done', ...place, text: 'Hello' },
      { type: 'response.content_part.done', ...place, part: { type: 'output_text', text: 'Hello' } },
      { type: 'response.output_item.done', output_index: 0, item: textItem },
      completed({ output: [textItem] }),
    ]);
    expect(events).toEqual([
      start,
      { type: 'open', part: 0, start: { kind: 'text' } },
      { type: 'delta', part: 0, text: 'Hel' },
      { type: 'delta', part: 0, text: 'lo' },
      { type: 'close', part: 0 },
      counted,
      { type: 'finish', reason: 'end' },
    ]);
  });

  it('takes the whole text of an event that ends a part without deltas', () => {
    const events = decode([
      created,
      { type: 'response.output_item.done', output_index: 0, item: textItem },
      { type: 'response.output_item.done', output_index: 1, item: callItem },
      completed(),
    ]);
    expect(events.slice(1, 7)).toEqual([
      { type: 'open', part: 0, start: { kind: 'text' } },
      { type: 'delta', part: 0, text: 'Hello' },
      { type: 'close', part: 0 },
      { type: 'open', part: 1, start: { kind: 'tool-call', id: 'call_1', name: 'read' } },
      { type: 'delta', part: 1, text: '{"path":"a"}' },
      { type: 'close', part: 1 },
    ]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  });

  it('takes everything from a final event that alone tells the output', () => {
    const events = decode([completed({ output: [textItem, callItem] })]);
    expect(events.filter(({ type }) => type === 'delta')).toEqual([
      { type: 'delta', part: 0, text: 'Hello' },
      { type: 'delta', part: 1, text: '{"path":"a"}' },
    ]);
  });

  it('tells parallel calls apart by their places', () => {
    const added = (index: number): JsonObject => ({
      type: 'response.output_item.added',
      output_index: index,
      item: { ...callItem, id: `fc_${index}`, call_id: `call_${index}`, arguments: '' },
    });
    const delta = (index: number, text: string): JsonObject => ({
      type: 'response.function_call_arguments.delta',
      output_index: index,
      item_id: `fc_${index}`,
      delta: text,
    });
    const events = decode([
      created,
      added(0),
      added(1),
      delta(0, '{"a"'),
      delta(1, '{"b"'),
      delta(0, ':1}'),
      delta(1, ':2}'),
    ]);
    expect(events.filter(({ type }) => type === 'delta')).toEqual([
      { type: 'delta', part: 0, text: '{"a"' },
      { type: 'delta', part: 1, text: '{"b"' },
      { type: 'delta', part: 0, text: ':1}' },
      { type: 'delta', part: 1, text: ':2}' },
    ]);
  });

  it('puts a blank line between the parts of a summary and the signature at the end', () => {
    const place = { item_id: 'rs_1', output_index: 0 };
    const reasoning = {
      id: 'rs_1',
      type: 'reasoning',
      summary: [
        { type: 'summary_text', text: 'One.' },
        { type: 'summary_text', text: 'Two.' },
      ],
      encrypted_content: 'gAAAA-proof',
    };
    const events = decode([
      created,
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...reasoning, summary: [], encrypted_content: 'gAAAA-early' },
      },
      { type: 'response.reasoning_summary_text.delta', ...place, summary_index: 0, delta: 'One.' },
      { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text: 'One.' },
      { type: 'response.reasoning_summary_text.done', ...place, summary_index: 1, text: 'Two.' },
      { type: 'response.output_item.done', output_index: 0, item: reasoning },
      completed(),
    ]);
    expect(events.slice(1, 6)).toEqual([
      { type: 'open', part: 0, start: { kind: 'thinking', id: 'rs_1' } },
      { type: 'delta', part: 0, text: 'One.' },
      { type: 'delta', part: 0, text: '\n\nTwo.' },
      { type: 'signature', part: 0, signature: 'gAAAA-proof' },
      { type: 'close', part: 0 },
    ]);
  });

  it('tells free text of custom tools, searches with their sources, and images', () => {
    const events = decode([
      created,
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_9', name: 'patch', input: '*** Begin' },
      },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: {
          id: 'ws_1',
          type: 'web_search_call',
          action: { type: 'search', query: 'weather', sources: [{ type: 'url', url: 'https://example.com' }] },
        },
      },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: { id: 'ig_1', type: 'image_generation_call', result: 'AAAA', output_format: 'webp' },
      },
      completed(),
    ]);
    expect(events.filter(({ type }) => type === 'open')).toEqual([
      { type: 'open', part: 0, start: { kind: 'tool-call', id: 'call_9', name: 'patch', custom: true } },
      { type: 'open', part: 1, start: { kind: 'search-call', id: 'ws_1', query: 'weather' } },
      {
        type: 'open',
        part: 2,
        start: {
          kind: 'search-result',
          callId: 'ws_1',
          results: [{ title: 'https://example.com', url: 'https://example.com' }],
        },
      },
      { type: 'open', part: 3, start: { kind: 'image', mediaType: 'image/webp', data: 'AAAA' } },
    ]);
  });

  it.each([
    ['max_output_tokens', 'max-output'],
    ['content_filter', 'refusal'],
  ])('tells that an answer is incomplete because of %s', (reason, finish) => {
    const response = { status: 'incomplete', output: [], incomplete_details: { reason } };
    expect(decode([created, { type: 'response.incomplete', response }]).at(-1)).toEqual({
      type: 'finish',
      reason: finish,
    });
  });

  it('calls an answer that only refuses a refusal', () => {
    const item = { id: 'msg_1', type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] };
    const events = decode([created, { type: 'response.output_item.done', output_index: 0, item }, completed()]);
    expect(events).toContainEqual({ type: 'delta', part: 0, text: 'No.' });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'refusal' });
  });

  it.each<[string, JsonObject, object]>([
    [
      'response.failed',
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'server_is_overloaded', message: 'Busy' } },
      },
      { status: 503, code: 'server_is_overloaded', message: 'Busy' },
    ],
    [
      'an error event',
      { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down', param: null },
      { status: 429, code: 'rate_limit_exceeded', message: 'Slow down' },
    ],
    [
      'an error event with an object',
      { type: 'error', status: 429, error: { type: 'usage_limit_reached', message: 'Used up', resets_in_seconds: 60 } },
      { status: 429, code: 'usage_limit_reached', message: 'Used up', retryAfterMs: 60_000 },
    ],
    [
      'a final event of a failed response',
      { type: 'response.done', response: { status: 'failed', error: { code: 'invalid_prompt', message: 'No' } } },
      { status: 400, code: 'invalid_prompt', message: 'No' },
    ],
  ])('fails once by %s', (_what, event, error) => {
    expect(decode([created, event, completed()])).toEqual([start, { type: 'failed', error }]);
  });

  it('takes response.done for completed and passes over what it does not know', () => {
    const events = decode([
      { type: 'codex.rate_limits', rate_limits: {} },
      { type: 'response.something_new', item_id: 'x' },
      { type: 'response.done', response: { id: 'resp_2', model: 'm', output: [textItem] } },
    ]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'end' });
    expect(events[0]).toEqual({ type: 'start', id: 'resp_2', model: 'm' });
  });

  it('fails, worth a retry, when the stream ends without its last event', () => {
    expect(decode([created]).at(-1)).toMatchObject({ type: 'failed', error: { status: 502, code: 'upstream_lost' } });
  });

  it('never throws, whatever the events hold', () => {
    const types = fc.constantFrom(
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_text.delta',
      'response.reasoning_summary_text.done',
      'response.completed',
      'error',
    );
    const item = fc.record(
      {
        type: fc.constantFrom('message', 'reasoning', 'function_call', 'web_search_call'),
        content: fc.jsonValue(),
        action: fc.jsonValue(),
        summary: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      { type: types, item, response: fc.jsonValue(), annotation: fc.jsonValue(), delta: fc.jsonValue() },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const told = decode(events as JsonObject[]);
        expect(told.filter(({ type }) => type === 'finish' || type === 'failed')).toHaveLength(1);
      }),
    );
  });
});

describe('reading a whole response', () => {
  it('tells the same as its stream', () => {
    const body = {
      id: 'resp_1',
      object: 'response',
      model: 'gpt-5.5',
      status: 'completed',
      output: [textItem, callItem],
      usage,
    };
    expect(readAnswer(body as Json)).toEqual(decode([completed({ output: [textItem, callItem] })]));
  });

  it.each<[Json, string]>([
    [{ error: { type: 'invalid_request_error', message: 'No', code: null } }, 'invalid_request_error'],
    [
      { object: 'response', status: 'failed', error: { code: 'server_error', message: 'Oh' }, output: [] },
      'server_error',
    ],
    [{ something: 'else' }, 'upstream_invalid'],
    ['text', 'upstream_invalid'],
  ])('fails for %j', (body, code) => {
    expect(readAnswer(body)).toMatchObject([{ type: 'failed', error: { code } }]);
  });
});
