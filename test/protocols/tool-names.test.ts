import { assert, constantFrom, integer, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createToolNaming, fitToolId } from '../../main/protocols/tool-names.ts';

const openai = { first: /[\w-]/, rest: /[\w-]/, maxLength: 64 };
const gemini = { first: /[A-Za-z_]/, rest: /[\w.-]/, maxLength: 64 };

describe('names of tools', () => {
  it('stay as they are where the upstream takes them', () => {
    const naming = createToolNaming(['read', 'write_file', 'a-b'], openai);
    expect(['read', 'write_file', 'a-b'].map(naming.toUpstream)).toEqual(['read', 'write_file', 'a-b']);
    expect(naming.renamed.size).toBe(0);
  });

  it.each([
    ['a b', 'a_b', openai],
    ['lesen.ä', 'lesen__', openai],
    ['', '_', openai],
    ['1st', '_1st', gemini],
    ['ns.tool', 'ns.tool', gemini],
    ['x'.repeat(70), 'x'.repeat(64), openai],
    [`mcp__${'server'.repeat(12)}__search`, 'mcp__search', openai],
    [`mcp__${'server'.repeat(12)}`, `mcp__${'server'.repeat(12)}`.slice(0, 64), openai],
    ['😀', 't__', { first: /[a-z]/, rest: /[a-z_]/, maxLength: 8 }],
  ])('%j becomes %j', (name, expected, rule) => {
    const naming = createToolNaming([name], rule);
    expect(naming.toUpstream(name)).toBe(expected);
    expect(naming.renamed.get(expected) ?? expected).toBe(name);
  });

  it('never takes the name of a tool that fits, and counts where several come to one', () => {
    const naming = createToolNaming(['a.b', 'a b', 'a_b', 'a_b_1'], openai);
    expect(['a.b', 'a b', 'a_b', 'a_b_1'].map(naming.toUpstream)).toEqual(['a_b_2', 'a_b_3', 'a_b', 'a_b_1']);
    expect([...naming.renamed]).toEqual([
      ['a_b_2', 'a.b'],
      ['a_b_3', 'a b'],
    ]);
  });

  it('are made for tools that only the history knows', () => {
    const naming = createToolNaming(['read'], openai);
    expect(naming.toUpstream('old tool')).toBe('old_tool');
    expect(naming.renamed.get('old_tool')).toBe('old tool');
  });

  it('are different for different tools, fit, and lead back', () => {
    assert(
      property(
        uniqueArray(string({ unit: 'grapheme', maxLength: 100 }), { maxLength: 12 }),
        constantFrom(openai, gemini, { ...openai, maxLength: 4 }),
        (names, rule) => {
          const naming = createToolNaming(names, rule);
          const given = names.map(naming.toUpstream);
          expect(new Set(given).size).toBe(names.length);
          for (const [index, name] of given.entries()) {
            expect(name.length).toBeLessThanOrEqual(rule.maxLength);
            expect([...name].every((one, at) => (at === 0 ? rule.first : rule.rest).test(one))).toBe(true);
            expect(naming.renamed.get(name) ?? name).toBe(names[index]);
          }
        },
      ),
    );
  });
});

describe('ids of tool calls', () => {
  it('stay as they are where they fit', () => {
    expect(fitToolId('toolu_01-A', 64)).toBe('toolu_01-A');
  });

  it('keep apart what differs in forbidden characters only, and in what is cut off', () => {
    const ids = ['a.b', 'a b', 'a_b', '', `${'x'.repeat(80)}1`, `${'x'.repeat(80)}2`];
    const fitted = ids.map((id) => fitToolId(id, 40));
    expect(new Set(fitted).size).toBe(ids.length);
    expect(ids.map((id) => fitToolId(id, 40))).toEqual(fitted);
    expect(fitted[0]).toMatch(/^a_b_[0-9a-f]{16}$/);
  });

  it('always fit', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 100 }), integer({ min: 20, max: 64 }), (id, maxLength) => {
        expect(fitToolId(id, maxLength)).toMatch(new RegExp(`^[A-Za-z0-9_-]{1,${maxLength}}$`));
      }),
    );
  });
});
