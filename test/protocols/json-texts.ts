import fc from 'fast-check';

/** No, one or some white space. */
export const blank = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 });

/** JSON text with odd white space, escapes and numbers that JSON.stringify would never write. */
const scalarText = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '-0',
    '1E+2',
    '0.1e-9',
    '123456789012345678901234567890',
    '""',
    '"\\\\"',
    '"\\""',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  stringText(),
);
export const { value: jsonText } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalarText, tie('array'), tie('object')),
  array: fc
    .tuple(fc.array(fc.tuple(blank, tie('value'), blank), { maxLength: 5 }), blank)
    .map(([items, inner]) => `[${items.length === 0 ? inner : items.map((parts) => parts.join('')).join(',')}]`),
  object: fc
    .tuple(fc.array(memberText(tie('value')), { maxLength: 5 }), blank)
    .map(([items, inner]) => `{${items.length === 0 ? inner : items.join(',')}}`),
}));
export const objectText = fc
  .tuple(blank, fc.array(memberText(jsonText), { maxLength: 6 }), blank)
  .map(([before, items, after]) => `${before}{${items.join(',')}}${after}`);

function stringText() {
  const escaped = fc.constantFrom(
    '\\n',
    '\\u00e9',
    '\\ud83d\\ude00',
    '\\"',
    '\\\\',
    '\\/',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
  );
  const plain = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text).slice(1, -1));
  const long = fc.nat({ max: 200 }).map((length) => 'x'.repeat(length));
  return fc.array(fc.oneof(escaped, plain, long), { maxLength: 6 }).map((parts) => `"${parts.join('')}"`);
}

function memberText(value: fc.Arbitrary<string>) {
  return fc
    .tuple(
      blank,
      fc.oneof(stringText(), fc.constantFrom('"a"', '"__proto__"', '"\\u0061"')),
      blank,
      blank,
      value,
      blank,
    )
    .map(([a, key, b, c, text, d]) => `${a}${key}${b}:${c}${text}${d}`);
}
