import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Conversation, Part, Tool, Turn } from '../../../main/protocols/conversation.ts';
import { parseExact, stringifyExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';
import { chatDialect, compatibleDialect } from '../../../main/protocols/openai-chat/dialect.ts';
import { parseChat } from '../../../main/protocols/openai-chat/parse.ts';
import { renderChat } from '../../../main/protocols/openai-chat/render.ts';
import { flavours } from '../../upstreams/openai/flavours.ts';
import { bodyError } from '../../upstreams/openai/validate.ts';

const text = fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'grapheme', maxLength: 8 }) });
const image = fc.constantFrom<Part & { kind: 'image' }>(
  { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
  { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
);
const file = fc.constant<Part & { kind: 'document' }>({
  kind: 'document',
  title: 'a.pdf',
  source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' },
});
const id = fc.constantFrom('a', 'b', 'c.c', 'x'.repeat(60));
const name = fc.constantFrom('read', 'ns.write', 'x'.repeat(80), '1');
const call = fc.record({ kind: fc.constant('tool-call' as const), id, name, input: fc.constantFrom('{}', '{"a":1}') });
const result = fc.record({
  kind: fc.constant('tool-result' as const),
  callId: id,
  parts: fc.array(fc.oneof(text, image), { maxLength: 2 }),
  isError: fc.boolean(),
});
const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({
    role: fc.constant('user' as const),
    parts: fc.array(fc.oneof(text, image, file, result), { maxLength: 3 }),
  }),
  fc.record({
    role: fc.constant('assistant' as const),
    parts: fc.array(fc.oneof(text, image, call, fc.constant({ kind: 'thinking' as const, text: 't' })), {
      maxLength: 3,
    }),
  }),
  fc.record({ role: fc.constant('system' as const), parts: fc.array(text, { maxLength: 1 }) }),
);
const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({ kind: fc.constant('function' as const), name, schema: fc.constant({ type: 'object' }) }),
  fc.record({ kind: fc.constant('custom' as const), name: fc.constantFrom('patch', 'run it') }),
);
const conversation: fc.Arbitrary<Conversation> = fc.record(
  {
    model: fc.constant('m'),
    stream: fc.boolean(),
    system: fc.array(fc.record({ text: fc.string({ maxLength: 5 }) }), { maxLength: 2 }),
    turns: fc.array(turn, { maxLength: 8 }),
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: (one) => ('name' in one ? one.name : '') }),
    toolChoice: fc.constantFrom({ kind: 'auto' as const }, { kind: 'none' as const }, { kind: 'required' as const }),
    parallelToolCalls: fc.boolean(),
    thinking: fc.constantFrom(
      { wish: { kind: 'level' as const, level: 'max' as const } },
      { wish: { kind: 'none' as const } },
    ),
    sampling: fc.record(
      {
        maxOutputTokens: fc.integer({ min: 1, max: 9_000 }),
        temperature: fc.constantFrom(0, 0.5, 2),
        stop: fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 7 }),
      },
      { requiredKeys: [] },
    ),
    output: fc.constantFrom(
      { kind: 'json' as const },
      { kind: 'schema' as const, schema: { type: 'object' }, name: 'a b' },
    ),
    verbosity: fc.constant('low' as const),
    uses: fc.constant([]),
  },
  { requiredKeys: ['model', 'stream', 'system', 'turns', 'tools', 'sampling', 'uses'] },
);

const levels = { levels: ['low', 'medium', 'high'] as const, canDisable: true };
const targets = [
  { flavour: flavours.openai, model: 'gpt-5.5', dialect: chatDialect, thinkingSupport: levels },
  {
    flavour: flavours.openai,
    model: 'gpt-4.1',
    dialect: chatDialect,
    thinkingSupport: { levels: [], canDisable: false },
  },
  { flavour: flavours.compatible, model: 'model-1', dialect: compatibleDialect },
];

/** What is sent, as the upstream reads it; undefined for a conversation that has nothing to answer. */
function rendered(asked: Conversation, { flavour: _, ...target }: (typeof targets)[number]) {
  try {
    return JSON.parse(stringifyExact(renderChat(asked, { ...target, maxOutput: 8_000, stream: asked.stream }).body));
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}

it('whatever a conversation holds, strict servers take what it becomes', () => {
  fc.assert(
    fc.property(conversation, fc.constantFrom(...targets), (asked, target) => {
      const body = rendered(asked, target);
      if (body !== undefined) expect(bodyError(body, target.flavour)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

it('means the same when it is read and written again', () => {
  fc.assert(
    fc.property(conversation, fc.constantFrom(...targets), (asked, target) => {
      const once = rendered(asked, target);
      if (once === undefined) return;
      const body = parseExact(JSON.stringify(once)) as never;
      const again = parseChat({ body, operation: 'generate', path: '/v1/chat/completions' });
      expect(rendered(again, target)).toEqual(once);
    }),
    { numRuns: 300 },
  );
});
