import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { easeSpreads } from '../../scripts/build/object-spreads.mjs';

const eased = (code: string) => easeSpreads('code.js', code);

test('a literal that begins with a spread and goes on begins with nothing', () => {
  expect(eased('f({ ...a, b }, { ...a, ...{ ...b, c: 1 } });')).toBe(
    'f({ ...null, ...a, b }, { ...null, ...a, ...{ ...null, ...b, c: 1 } });',
  );
});

test('anything else stays as it is', () => {
  for (const code of [
    'f({ ...a }, { b, ...a }, [...a, b], g(...a, b), {});',
    'const { ...rest } = a; const { b, ...others } = a; (({ ...c }) => c)(a);',
    'f("{ ...a, b }", `{ ...a, b }`, /{ ...a, b }/); // { ...a, b }',
  ])
    expect(eased(code)).toBe(code);
});

test('the object is the same: order, overwritten values, own names of the prototype, accessors', () => {
  const code = `
    const from = JSON.parse('{"z":1,"__proto__":{"p":2},"7":3}');
    const spoken = { get said() { return 'word'; } };
    const all = { ...from, z: 4, ...spoken, ...undefined, ...'hi', get live() { return this.z; }, ['com' + 'puted']: 5 };
    JSON.stringify([Object.getOwnPropertyDescriptors(all), Object.keys(all), all.p, all.live]);
  `;
  expect(eased(code)).not.toBe(code);
  expect(runInNewContext(eased(code))).toBe(runInNewContext(code));
});

test('code that cannot be read ends the build with the name of its file', () => {
  expect(() => eased('const = 1;')).toThrow(/^code\.js: /);
});
