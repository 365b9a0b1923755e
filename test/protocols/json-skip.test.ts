import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findMember, members, parseAt, stringAt, unlessMalformed } from '../../main/protocols/json-edit.ts';
import { skipLong } from '../../main/protocols/json-skip/index.ts';
import { jsonText, objectText } from './json-texts.ts';

/** Bytes before and after a value: both move the places at which blocks and windows end. */
const around = fc.record({ before: fc.nat({ max: 130 }), after: fc.nat({ max: 130 }) });

function skipped(text: string, { before, after }: { before: number; after: number }): number | undefined {
  const end = skipLong(Buffer.from(`${'"'.repeat(before)}${text}${'"'.repeat(after)}`), before);
  return end === undefined ? undefined : end - before;
}

/** Where the byte-wise walk finds the end of a short value; undefined when it refuses. */
function walked(text: string): number | undefined {
  const start = '{"a":';
  const span = unlessMalformed(() => findMember(Buffer.from(start + text), 'a'));
  return span && span.end - start.length;
}

const isSkippable = (text: string) => /^["[{]/.test(text);

describe('skipLong', () => {
  it('finds the end of any container or string, at any place', () => {
    fc.assert(
      fc.property(fc.oneof(jsonText, objectText).filter(isSkippable), around, (text, place) => {
        expect(skipped(text, place)).toBe(Buffer.byteLength(text.trimEnd()));
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses what the byte-wise walk refuses, and nothing else', () => {
    const bytes = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '0',
      '1',
      '-',
      '+',
      '.',
      'e',
      'E',
      ...'trufalsn',
      ' ',
      '\t',
      '\u0001',
      'é',
    ];
    fc.assert(
      fc.property(objectText, fc.nat(), fc.constantFrom(...bytes), around, (text, at, byte, place) => {
        const start = text.trimStart();
        const index = 1 + (at % (start.length - 1));
        const broken = start.slice(0, index) + byte + start.slice(index + 1);
        expect(skipped(broken, { ...place, after: 0 })).toBe(walked(broken));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '{"a":truE}',
    '[tru]',
    '[nulll]',
    '[01]',
    '[1.]',
    '[-]',
    '[1e]',
    '[1e+]',
    '[.5]',
    '[+1]',
    '[1 2]',
    '[1,]',
    '[,1]',
    '[1}',
    '{"a":1]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{1:2}',
    '{a:1}',
    '["a" "b"]',
    '[\u00a0]',
    '[\\"a"]',
    '["a',
    '["a\\"]',
    '[',
    '{"a":[{"b":1}',
  ])('refuses %j', (text) => {
    expect(skipped(text, { before: 0, after: 0 })).toBeUndefined();
    expect(walked(text)).toBeUndefined();
  });

  it.each([
    '[1e5]',
    '[1E-5,0.0e+0]',
    '[-0,0,10]',
    '[true,false,null]',
    '[ ]',
    '{ }',
    '{"":[{}]}',
    '""',
    '"\\\\"',
    '"\\""',
  ])('accepts %j', (text) => {
    expect(skipped(text, { before: 7, after: 9 })).toBe(text.length);
  });

  it('follows backslashes and quotes through the ends of blocks and windows', () => {
    const piece = fc.oneof(
      fc.nat({ max: 140 }).map((length) => '\\'.repeat(length)),
      fc.nat({ max: 70 }).map((length) => '"'.repeat(length)),
      fc.nat({ max: 3000 }).map((length) => 'x'.repeat(length)),
      fc.constant('\\"'),
    );
    const document = fc.array(fc.array(piece, { maxLength: 12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(document, around, (texts, place) => {
        const json = JSON.stringify(texts.map((pieces) => ({ text: pieces.join('') })));
        expect(skipped(json, place)).toBe(json.length);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out the middle of long texts, whatever they end with', () => {
    for (const ending of [
      '',
      '\\\\',
      '\\"',
      '\\\\\\"',
      '\\'.repeat(1026),
      `${'\\'.repeat(1026)}\\"`,
      '\\"'.repeat(300),
    ]) {
      for (let length = 66_000; length < 66_070; length += 1) {
        const json = `["${'x'.repeat(length)}${ending}",{"a":"${'y'.repeat(length)}${ending}"}]`;
        expect(skipped(json, { before: 0, after: 3 })).toBe(json.length);
        expect(skipped(json.slice(0, -2), { before: 0, after: 0 })).toBeUndefined();
      }
    }
  });

  it('keeps apart what is told apart by a run of white space', () => {
    for (let length = 1; length < 140; length += 1) {
      const space = ' \n\t\r'.repeat(length).slice(0, length);
      expect(skipped(`[1${space},${space}2${space}]${space}`, { before: 0, after: 0 })).toBe(5 + length * 3);
      expect(skipped(`[1${space}2]`, { before: 0, after: 0 })).toBeUndefined();
      expect(skipped(`[1,${space}\u0001${space}2]`, { before: 0, after: 0 })).toBeUndefined();
      expect(skipped(`[tr${space}ue]`, { before: 0, after: 0 })).toBeUndefined();
    }
  });

  it('goes as deep as its memory reaches, and leaves deeper texts to the other walk', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(skipped(nested(65_536), { before: 0, after: 0 })).toBe(2 * 65_536);
    expect(skipped(nested(65_537), { before: 0, after: 0 })).toBeUndefined();
    expect(skipped(nested(3), { before: 0, after: 0 })).toBe(6);
  });
});

describe('a large text', () => {
  const filler = JSON.stringify({ text: `"quoted" and \\ and ${'long '.repeat(4000)}` });

  it('has the members that JSON.parse finds', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const open = text.trimEnd().slice(0, -1);
        const json = Buffer.from(`${open}${open.trim() === '{' ? '' : ','}"filler":${filler}}`);
        const read = [...members(json)].map(([name, span]) => [name, parseAt(json, span)]);
        expect(Object.fromEntries(read)).toEqual(JSON.parse(json.toString()));
      }),
    );
  });

  it('is refused with the place and the problem', () => {
    const json = Buffer.from(`{"a":[${filler},1 2]}`);
    expect(() => members(json)).toThrow(`Expected ',' or ']' at byte ${json.length - 3}`);
    expect(() => members(json.subarray(0, -6))).toThrow('The JSON ends');
    const open = Buffer.from(`{"a":"\\"${'x'.repeat(40_000)}`);
    expect(() => members(open)).toThrow(`The JSON ends within a string at byte ${open.length}`);
  });
});

describe('without WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('reads the same, byte by byte', async () => {
    const Module = vi.fn(() => {
      throw new TypeError('this machine knows no SIMD');
    });
    vi.stubGlobal('WebAssembly', { Module });
    vi.resetModules();
    const alone = await import('../../main/protocols/json-skip/index.ts');
    const edit = await import('../../main/protocols/json-edit.ts');
    const text = `a "quote"\\ ${'x'.repeat(40_000)}`;
    const json = Buffer.from(JSON.stringify({ messages: [text, { b: [1] }], model: 'm' }));
    expect(alone.skipLong(json, json.indexOf('['))).toBeUndefined();
    expect(edit.members(json)).toEqual(members(json));
    expect(stringAt(json, edit.members(json).get('model') ?? { start: 0, end: 0 })).toBe('m');
    expect(Module).toHaveBeenCalledTimes(1);
  });
});
