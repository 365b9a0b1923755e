import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonObject, parseExact, RawJson, stringifyExact } from '../../main/protocols/exact-json.ts';

test('integers that JavaScript cannot hold leave as they came', () => {
  const text = '{"id":12345678901234567890,"list":[-9007199254740993,1],"text":"12345678901234567890"}';
  expect(stringifyExact(parseExact(text))).toBe(text);
});

test('text that looks like their stand-in stays text', () => {
  const text = '{"a":98765432109876543210,"b":"\u{F8FE}0\u{F8FE}","c":"\\uf8fe0\\uF8FE"}';
  const parsed = parseExact(text) as JsonObject;
  expect(parsed).toEqual({ a: new RawJson('98765432109876543210'), b: '\u{F8FE}0\u{F8FE}', c: '\u{F8FE}0\u{F8FE}' });
  expect(parseExact(stringifyExact(parsed))).toEqual(parsed);
});

test('raw text is written as it is', () => {
  expect(stringifyExact({ schema: new RawJson('{ "x" : 1.0 }') })).toBe('{"schema":{ "x" : 1.0 }}');
});

test('what is not JSON is refused', () => {
  expect(() => parseExact('{"a":12345678901234567890')).toThrow(SyntaxError);
  expect(() => parseExact('12345678901234567890 x')).toThrow(SyntaxError);
});

test('any JSON survives, with big integers anywhere in it', () => {
  const big = fc.bigInt({ min: 2n ** 60n, max: 2n ** 90n }).map((value) => `${value}`);
  fc.assert(
    fc.property(fc.json(), big, fc.string(), (json, integer, key) => {
      const text = `{${JSON.stringify(`k${key}`)}:${integer},"rest":${json}}`;
      expect(JSON.parse(stringifyExact(parseExact(text)))).toEqual(JSON.parse(text));
      expect(stringifyExact(parseExact(text))).toContain(`:${integer},`);
    }),
  );
});
