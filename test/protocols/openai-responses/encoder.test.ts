import { describe, expect, it } from 'vitest';
import type { AnswerEvent, AnswerPart } from '../../../main/protocols/answer.ts';
import type { Conversation } from '../../../main/protocols/conversation.ts';
import { createDecoder } from '../../../main/protocols/openai-responses/decoder.ts';
import { createEncoder, writeAnswer } from '../../../main/protocols/openai-responses/encoder.ts';
import { AnswerCollector } from '../../../main/protocols/translation/collect-answer.ts';
import type { EncodeContext } from '../../../main/protocols/translator.ts';
import { conversationOf } from '../conversations.ts';

const plain = conversationOf({ model: 'claude-sonnet-5' });

function contextOf(conversation: Conversation = plain, more: Partial<EncodeContext> = {}): EncodeContext {
  let count = 0;
  return {
    model: 'claude-sonnet-5',
    conversation,
    createdAt: 1_700_000_000,
    newId: (prefix) => `${prefix}${++count}`,
    path: '/v1/responses',
    unapplied: [],
    ...more,
  };
}

type Told = { type: string; sequence_number: number; [name: string]: unknown };

function encode(events: readonly AnswerEvent[], context = contextOf()): { text: string; told: Told[] } {
  const encoder = createEncoder(context);
  // One at a time, as they come from a stream.
  const text = events.map((event) => encoder.push([event])).join('') + encoder.end();
  const told = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Told);
  return { text, told };
}

const open = (part: number, start: AnswerPart['start']): AnswerEvent => ({ type: 'open', part, start });
const delta = (part: number, text: string): AnswerEvent => ({ type: 'delta', part, text });
const close = (part: number): AnswerEvent => ({ type: 'close', part });
const usage: AnswerEvent = {
  type: 'usage',
  usage: { inputTokens: 10, outputTokens: 7, cacheReadTokens: 5, cacheWriteTokens: 2, reasoningTokens: 3 },
};

const full: AnswerEvent[] = [
  { type: 'start', id: 'msg_upstream', model: 'claude-sonnet-5-20260101' },
  open(0, { kind: 'thinking' }),
  delta(0, 'Let me '),
  delta(0, 'think.'),
  { type: 'signature', part: 0, signature: 'EqQBclaude' },
  close(0),
  open(1, { kind: 'search-call', id: 'srvtoolu_1', query: 'weather' }),
  close(1),
  open(2, { kind: 'search-result', callId: 'srvtoolu_1', results: [{ title: 'W', url: 'https://w.example' }] }),
  close(2),
  open(3, { kind: 'text' }),
  delta(3, 'It is '),
  delta(3, 'sunny'),
  { type: 'citation', part: 3, citation: { title: 'W', url: 'https://w.example', start: 0, end: 11 } },
  close(3),
  open(4, { kind: 'text' }),
  delta(4, '.'),
  close(4),
  open(5, { kind: 'tool-call', id: 'toolu_1', name: 'read' }),
  open(6, { kind: 'tool-call', id: 'toolu_2', name: 'patch', custom: true }),
  delta(5, '{"path":'),
  delta(6, '*** Begin'),
  delta(5, '"a"}'),
  close(5),
  close(6),
  usage,
  { type: 'finish', reason: 'tool-calls' },
];

describe('encoding a Responses stream', () => {
  it('tells every kind of part in the order that the API has', async () => {
    await expect(encode(full).text).toMatchFileSnapshot('golden/full-answer.sse');
  });

  it('numbers the events from 0 without a gap', () => {
    const { told } = encode(full);
    expect(told.map((event) => event.sequence_number)).toEqual(told.map((_event, index) => index));
  });

  it('says the same as its decoder reads, part by part', () => {
    const decoder = createDecoder();
    const again = encode(full).told.flatMap((event) => decoder.push({ data: JSON.stringify(event) }));
    const collected = (events: readonly AnswerEvent[]) => {
      const collector = new AnswerCollector();
      collector.push(events);
      const { parts, usage: counted, finish } = collector.answer();
      return {
        parts: parts.map(({ start, text, signature }) => ({ kind: start.kind, text, signature })),
        counted,
        finish,
      };
    };
    const expected = collected(full);
    // A cache that was written counts as input where no member tells of it.
    expect(collected(again)).toEqual({
      ...expected,
      counted: { inputTokens: 12, outputTokens: 7, cacheReadTokens: 5, cacheWriteTokens: 0, reasoningTokens: 3 },
    });
  });

  it('has the whole output in the final event, the same as a whole answer has', () => {
    const { told } = encode(full);
    const collector = new AnswerCollector();
    collector.push(full);
    const whole = writeAnswer(collector.answer(), contextOf());
    const types = (output: unknown) => (output as { type: string }[]).map(({ type }) => type);
    const final = told.at(-1)?.response as Record<string, unknown>;
    expect(types(final.output)).toEqual([
      'reasoning',
      'web_search_call',
      'message',
      'function_call',
      'custom_tool_call',
    ]);
    const withoutIds = (value: unknown) => JSON.stringify(value).replaceAll(/"(resp|msg|rs|ws|fc|ctc)_\d+"/g, '"id"');
    expect(withoutIds(whole)).toBe(withoutIds(final));
  });

  it('keeps one message open for texts that follow each other, and ends it before anything else', () => {
    const { told } = encode(full);
    const items = told
      .filter(({ type }) => type.startsWith('response.output_item'))
      .map((event) => {
        const item = event.item as { type: string };
        return `${event.type.slice('response.output_item.'.length)} ${item.type}`;
      });
    expect(items).toEqual([
      'added reasoning',
      'done reasoning',
      'added web_search_call',
      'done web_search_call',
      'added message',
      'done message',
      'added function_call',
      'added custom_tool_call',
      'done function_call',
      'done custom_tool_call',
    ]);
  });

  it.each([
    ['max-output', 'response.incomplete', { reason: 'max_output_tokens' }],
    ['context-full', 'response.incomplete', { reason: 'max_output_tokens' }],
    ['refusal', 'response.incomplete', { reason: 'content_filter' }],
    ['end', 'response.completed', null],
    ['stop-sequence', 'response.completed', null],
    ['pause', 'response.completed', null],
  ] as const)('ends an answer that stopped by %s with %s', (reason, type, details) => {
    const { told } = encode([open(0, { kind: 'text' }), delta(0, 'a'), close(0), { type: 'finish', reason }]);
    const last = told.at(-1);
    expect(last).toMatchObject({ type, response: { incomplete_details: details } });
  });

  it('carries what has no place of its own as reasoning: redacted thinking and signatures of calls', () => {
    const call: AnswerEvent[] = [
      open(1, { kind: 'tool-call', id: 'c1', name: 'read' }),
      { type: 'signature', part: 1, signature: 'CsgBgemini' },
      delta(1, '{}'),
      close(1),
    ];
    const encoder = createEncoder(contextOf());
    const text =
      encoder.push([open(0, { kind: 'redacted-thinking', data: 'secret' }), close(0), ...call]) + encoder.end();
    const last = JSON.parse(text.slice(text.lastIndexOf('data: ') + 6));
    expect(last.response.output).toMatchObject([
      { type: 'reasoning', summary: [], encrypted_content: 'claude-redacted#secret' },
      { type: 'reasoning', summary: [], encrypted_content: 'CsgBgemini' },
      { type: 'function_call', call_id: 'c1', arguments: '{}' },
    ]);
  });

  it('shows no thinking to a client that did not ask for it, but gives it the proof', () => {
    const hidden = contextOf({ ...plain, thinking: { wish: { kind: 'auto' }, visible: false } });
    const { told } = encode(full, hidden);
    expect(JSON.stringify(told)).not.toContain('think.');
    expect(told.at(-1)).toMatchObject({
      response: { output: [{ summary: [], encrypted_content: 'EqQBclaude' }, {}, {}, {}, {}] },
    });
  });

  it('tells members of a group by group and name', () => {
    const tools: Conversation['tools'] = [
      { kind: 'function', name: 'docs__find', schema: {}, member: { group: 'docs', name: 'find' } },
    ];
    const { told } = encode(
      [open(0, { kind: 'tool-call', id: 'c', name: 'docs__find' }), close(0)],
      contextOf({ ...plain, tools }),
    );
    expect(told.at(-1)).toMatchObject({
      response: {
        output: [{ type: 'function_call', name: 'find', namespace: 'docs', arguments: '{}' }],
        tools: [{ type: 'namespace', name: 'docs', tools: [{ type: 'function', name: 'find' }] }],
      },
    });
  });

  it('echoes what was applied, and never what was left out', () => {
    const conversation: Conversation = {
      ...plain,
      system: [{ text: 'Be brief' }],
      sampling: { temperature: 0.5, topP: 0.9, maxOutputTokens: 100 },
      parallelToolCalls: false,
      metadata: { run: '7' },
      thinking: { wish: { kind: 'level', level: 'high' }, visible: true, summary: 'auto' },
      output: { kind: 'schema', name: 'city', schema: { type: 'object' }, strict: true },
      uses: [
        { feature: 'system', field: 'instructions' },
        { feature: 'temperature', field: 'temperature' },
        { feature: 'top-p', field: 'top_p' },
        { feature: 'single-tool-call', field: 'parallel_tool_calls' },
      ],
    };
    const unapplied = ['top_p', 'parallel_tool_calls'];
    expect(encode([], contextOf(conversation, { unapplied })).told.at(-1)?.response).toMatchObject({
      instructions: 'Be brief',
      temperature: 0.5,
      top_p: null,
      max_output_tokens: 100,
      parallel_tool_calls: true,
      metadata: { run: '7' },
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'city', strict: true } },
      store: false,
    });
  });
});
