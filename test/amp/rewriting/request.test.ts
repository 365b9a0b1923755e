import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanRequest } from '../../../main/amp/rewriting/request.ts';

const clean = (body: string) => {
  const { body: cleaned, changed } = cleanRequest(Buffer.from(body));
  return { body: cleaned.toString(), changed };
};

/** A request whose assistant content is the given JSON; numbers and spacing that re-serialising would change included. */
const request = (content: string) =>
  `{"model":"claude-opus-4-7", "max_tokens":1e3,"thinking":{"type":"adaptive"},"metadata":{"n":9007199254740993},` +
  `"messages":[{"role":"user","content":"say \\u0068i"},{"role":"assistant","content":[${content}]},` +
  `{"content":[{"type":"thinking","thinking":"mine"}],"role":"user"}]}`;

describe('thinking blocks', () => {
  const text = '{"type":"text","text":"hello"}';

  test.each([
    ['without a signature', '{"type":"thinking","thinking":"hm"}'],
    ['with an empty one', '{"signature":"","type":"thinking","thinking":"hm"}'],
    ['with a blank one', '{"type":"thinking","thinking":"hm","signature":" \\n\\t"}'],
    ['with null', '{"type":"thinking","thinking":"hm","signature":null}'],
    ['with one that is not a string', '{"type":"thinking","thinking":"hm","signature":{"a":[1,"]"]}}'],
  ])('%s are dropped, and nothing else changes', (_, block) => {
    const expected = { body: request(text), changed: ['messages.content.thinking'] };
    expect(clean(request(`${block},${text}`))).toEqual(expected);
    expect(clean(request(`${text} , ${block}`)).body).toBe(request(`${text} `).replace(' ]', ']'));
    expect(clean(request(`${block},${block},${text},${block}`))).toEqual(expected);
  });

  test('with a signature stay, as do redacted ones', () => {
    const kept =
      '{"type":"thinking","thinking":"h\\u006d","signature":"EqQB"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"}';
    const body = Buffer.from(request(kept));
    expect(cleanRequest(body)).toEqual({ body, changed: [] });
    expect(cleanRequest(body).body).toBe(body);
  });

  test('of other roles stay', () => {
    const body = `{"messages":[{"role":"user","content":[{"type":"thinking","thinking":"assistant \\"assistant\\""}]},{"role":"assistant","content":"x"}]}`;
    expect(clean(body)).toEqual({ body, changed: [] });
  });
});

describe('signatures of tool calls', () => {
  test('are deleted wherever they stand in the block', () => {
    const call = '{"type":"tool_use","id":"t1","name":"Bash","input":{"signature":"keep","n":12345678901234567890}}';
    const changed = ['messages.content.tool_use.signature'];
    expect(clean(request(call.replace('"id"', '"signature":"","id"')))).toEqual({ body: request(call), changed });
    expect(clean(request(call.replace('{"type"', '{"signature":null,"type"')))).toEqual({
      body: request(call),
      changed,
    });
    expect(clean(request(call.replace(/\}$/, ',"signature":"Eq"}')))).toEqual({ body: request(call), changed });
  });

  test('go together with an unsigned thinking block next to them', () => {
    const cleaned = clean(
      request('{"type":"thinking","thinking":""},{"type":"tool_use","id":"t","name":"n","input":{},"signature":""}'),
    );
    expect(cleaned).toEqual({
      body: request('{"type":"tool_use","id":"t","name":"n","input":{}}'),
      changed: ['messages.content.thinking', 'messages.content.tool_use.signature'],
    });
  });
});

describe('messages', () => {
  const thinking = '{"role":"assistant","content":[{"type":"thinking","thinking":"hm"}]}';
  const other = '{"role":"user","content":"hi"}';

  test('that hold nothing but unsigned thinking are removed', () => {
    expect(clean(`{"messages":[${other},${thinking},${other}]}`)).toEqual({
      body: `{"messages":[${other},${other}]}`,
      changed: ['messages', 'messages.content.thinking'],
    });
    expect(clean(`{"messages":[${thinking},${thinking},${other}]}`).body).toBe(`{"messages":[${other}]}`);
    expect(clean(`{"messages":[${other},${thinking}]}`).body).toBe(`{"messages":[${other}]}`);
  });

  test('that were empty before stay: they are not ours to judge', () => {
    const body = '{"thinking":{},"messages":[{"role":"assistant","content":[]}]}';
    expect(clean(body)).toEqual({ body, changed: [] });
  });
});

describe('bodies that are not as expected', () => {
  test.each([
    '',
    'null',
    '[]',
    '{"messages":"assistant" "thinking"}',
    '{"messages":{"assistant":"thinking"}}',
    '{"messages":[1,null,["assistant"],{"role":"assistant"},{"role":"assistant","content":["thinking",7]}]}',
    '{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"cut',
  ])('%s is returned untouched', (body) => {
    expect(clean(body)).toEqual({ body, changed: [] });
  });

  test('a large body without assistant history is returned without being read as JSON', () => {
    const body = Buffer.from(`{"thinking":{},"messages":[{"role":"user","content":"${'a'.repeat(4_000_000)}"},!]}`);
    expect(cleanRequest(body).body).toBe(body);
  });
});

test('for any history, what is left is what cleaning the parsed value would leave', () => {
  const blocks = fc.oneof(
    fc.record({ type: fc.constant('text'), text: fc.string() }),
    fc.record(
      {
        type: fc.constant('thinking'),
        thinking: fc.string(),
        signature: fc.oneof(fc.string(), fc.constant('EqQB'), fc.constant(null)),
      },
      { requiredKeys: ['type', 'thinking'] },
    ),
    fc.record(
      { type: fc.constant('tool_use'), input: fc.json().map((json) => JSON.parse(json)), signature: fc.string() },
      { requiredKeys: ['type', 'input'] },
    ),
    fc.jsonValue(),
  );
  const messages = fc.array(
    fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.oneof(fc.string(), fc.array(blocks)) }),
  );
  fc.assert(
    fc.property(messages, fc.constantFrom(undefined, 1), (list, indent) => {
      const body = JSON.stringify({ thinking: {}, messages: list, end: true }, null, indent);
      const cleaned = JSON.parse(clean(body).body);
      expect(cleaned).toEqual({ thinking: {}, messages: cleanedByValue(JSON.parse(body).messages), end: true });
    }),
  );
});

function cleanedByValue(messages: { role: string; content: unknown }[]) {
  return messages.flatMap((message) => {
    if (message.role !== 'assistant' || !Array.isArray(message.content)) return [message];
    const content = message.content.flatMap((block) => {
      if (block?.type === 'thinking') {
        return typeof block.signature === 'string' && block.signature.trim() !== '' ? [block] : [];
      }
      if (block?.type !== 'tool_use') return [block];
      const { signature: _, ...rest } = block;
      return [rest];
    });
    return content.length === 0 && message.content.length > 0 ? [] : [{ ...message, content }];
  });
}
