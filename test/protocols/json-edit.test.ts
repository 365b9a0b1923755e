import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyEdits,
  elements,
  findMember,
  insertMembers,
  JsonSyntaxError,
  lastMember,
  members,
  parseAt,
  removeElements,
  removeMembers,
  stringAt,
} from '../../main/protocols/json-edit.ts';
import { blank, jsonText, objectText } from './json-texts.ts';

/** What JSON.parse says of an object's members, `__proto__` included. */
function parsedMembers(text: string): Map<string, unknown> {
  return new Map(Object.entries(JSON.parse(text)));
}

describe('members and elements', () => {
  it('agree with JSON.parse on any object', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const json = Buffer.from(text);
        const found = new Map([...members(json)].map(([name, span]) => [name, parseAt(json, span)]));
        expect(found).toEqual(parsedMembers(text));
      }),
      { numRuns: 500 },
    );
  });

  it('agree with JSON.parse on any array', () => {
    fc.assert(
      fc.property(fc.array(jsonText, { maxLength: 6 }), blank, (items, space) => {
        const text = `[${items.join(`${space},${space}`)}]`;
        const json = Buffer.from(text);
        const found = elements(json, { start: 0, end: json.length }).map((span) =>
          json.toString('utf8', span.start, span.end),
        );
        expect(found).toEqual(items);
      }),
      { numRuns: 300 },
    );
  });

  it('notice every truncation', () => {
    fc.assert(
      fc.property(objectText, fc.nat(), (text, cut) => {
        const whole = Buffer.from(text.trimEnd());
        expect(() => members(whole.subarray(0, cut % whole.length))).toThrow(JsonSyntaxError);
      }),
      { numRuns: 500 },
    );
  });

  it('accept nothing that JSON.parse refuses, but for what is inside strings', () => {
    fc.assert(
      fc.property(
        objectText,
        fc.nat(),
        fc.constantFrom('{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 't'),
        (text, at, byte) => {
          const broken = Buffer.from(text);
          broken.write(byte, at % broken.length, 'latin1');
          if (refuses(() => JSON.parse(broken.toString())) && !refuses(() => members(broken))) {
            // Only a damaged escape may pass: the scanner does not decode strings.
            expect(broken.toString()).toMatch(/\\[^"\\/bfnrtu]|\\u(?![0-9a-fA-F]{4})/);
          }
          if (refuses(() => members(broken))) expect(() => JSON.parse(broken.toString())).toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([
    '',
    ' ',
    '[]',
    '"a"',
    '{"a":1}x',
    '{"a":1}{',
    '{"a":01}',
    '{"a":1.}',
    '{"a":-}',
    '{"a":tru}',
    '{"a" 1}',
    '{a:1}',
    '{"a":1,}',
    '{,}',
    '{"a":[1,]}',
    '{"a":[1}',
    '{"a":"b,"c":"d"}',
    '{"a":NaN}',
  ])('refuse %j', (text) => {
    expect(() => members(Buffer.from(text))).toThrow(JsonSyntaxError);
  });

  it('say where the text is wrong without quoting it', () => {
    expect(() => members(Buffer.from('{"secret":1 2}'))).toThrow("Expected ',' or '}' at byte 12");
    expect(() => members(Buffer.from('{"secret":[1'))).toThrow('The JSON ends early at byte 12');
    expect(() => parseAt(Buffer.from('"sec\\qret"'), { start: 0, end: 10 })).toThrow(
      /^Malformed JSON value at byte 0$/,
    );
  });

  it('walk a million nested arrays without recursion', () => {
    const depth = 1_000_000;
    const json = Buffer.from(`{"deep":${'['.repeat(depth)}${']'.repeat(depth)},"model":"m"}`);
    expect(stringAt(json, members(json).get('model') ?? { start: 0, end: 0 })).toBe('m');
  });
});

describe('findMember', () => {
  it('stops at the first member of that name and leaves the rest unread', () => {
    const json = Buffer.from('{"a":{"model":"no"},"mod\\u0065l":"yes","b":oops');
    const span = findMember(json, 'model');
    expect(span && stringAt(json, span)).toBe('yes');
    expect(findMember(Buffer.from('{"a":1}'), 'model')).toBeUndefined();
  });
});

describe('lastMember', () => {
  it('is what JSON.parse takes of equal names, however they are written', () => {
    for (const name of ['usage', 'üsage', 'us"age', 'us\\age', '__proto__', '']) {
      const written = [...name].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      for (const key of [JSON.stringify(name), `"${written}"`]) {
        const json = Buffer.from(`{"usag":0,"usage2":1,${JSON.stringify(name)}:2,"x":{"usage":3},${key}:4,"usages":5}`);
        const span = lastMember(json, name);
        expect(span && parseAt(json, span)).toBe(4);
        expect(lastMember(json, `${name}!`)).toBeUndefined();
      }
    }
  });

  it('reads all of the text', () => {
    for (const text of ['{"usage":1', '{"usage":1}x', '{"usage":1,}', '[1]'])
      expect(() => lastMember(Buffer.from(text), 'usage')).toThrow(JsonSyntaxError);
  });
});

describe('applyEdits', () => {
  it('changes the chosen members and keeps every other byte', () => {
    fc.assert(
      fc.property(objectText, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (text, chosen) => {
        const json = Buffer.from(text);
        const spans = [...members(json).values()].filter((_, index) => chosen[index]);
        const edited = applyEdits(json, spans.map((span) => ({ ...span, replacement: '"é"' })).reverse());
        let expected = text;
        for (const span of spans.sort((a, b) => b.start - a.start)) {
          const bytes = Buffer.from(expected);
          expected = `${bytes.subarray(0, span.start)}"é"${bytes.subarray(span.end)}`;
        }
        expect(edited.toString()).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses edits that overlap or lie outside', () => {
    const json = Buffer.from('{"a":1}');
    const edit = (start: number, end: number) => ({ start, end, replacement: 'x' });
    expect(() => applyEdits(json, [edit(1, 4), edit(3, 5)])).toThrow(RangeError);
    expect(() => applyEdits(json, [edit(6, 8)])).toThrow(RangeError);
  });

  it('returns the same buffer when there is nothing to do', () => {
    const json = Buffer.from('{}');
    expect(applyEdits(json, [])).toBe(json);
  });
});

describe('removing and inserting', () => {
  it('leaves valid JSON without the members, whatever their place', () => {
    fc.assert(
      fc.property(objectText, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (text, chosen) => {
        const json = Buffer.from(text);
        const expected = parsedMembers(text);
        const names = [...expected.keys()].filter((_, index) => chosen[index]);
        for (const name of names) expected.delete(name);
        expect(parsedMembers(applyEdits(json, removeMembers(json, names)).toString())).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves valid JSON without the elements', () => {
    fc.assert(
      fc.property(fc.array(jsonText, { maxLength: 6 }), fc.array(fc.nat({ max: 6 })), (items, indexes) => {
        const json = Buffer.from(`[ ${items.join(' , ')} ]`);
        const edited = applyEdits(json, removeElements(json, { start: 0, end: json.length }, indexes));
        const left = items.filter((_, index) => !indexes.includes(index)).map((text) => JSON.parse(text));
        expect(JSON.parse(edited.toString())).toEqual(left);
      }),
      { numRuns: 300 },
    );
  });

  it('adds members in front of the others', () => {
    const empty = Buffer.from(' { } ');
    expect(applyEdits(empty, insertMembers(empty, { a: '1', b: '"x"' })).toString()).toBe(' {"a":1,"b":"x" } ');
    const full = Buffer.from('{ "c":1}');
    expect(applyEdits(full, insertMembers(full, { a: '1' })).toString()).toBe('{"a":1, "c":1}');
  });
});

function refuses(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch {
    return true;
  }
}
