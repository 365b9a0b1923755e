import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputUnwrapper } from '../../../main/protocols/translation/input-unwrapper.ts';

function unwrapped(pieces: readonly string[]): string {
  const unwrapper = createInputUnwrapper();
  return pieces.map((piece) => unwrapper.push(piece)).join('') + unwrapper.end();
}

test('the text is shown while its arguments arrive', () => {
  const unwrapper = createInputUnwrapper();
  expect(unwrapper.push('{"inp')).toBe('');
  expect(unwrapper.push('ut": "one\\')).toBe('one');
  expect(unwrapper.push('n two')).toBe('\n two');
  expect(unwrapper.push('"}')).toBe('');
  expect(unwrapper.end()).toBe('');
});

test('arguments of another shape are handed over as they are', () => {
  expect(unwrapped(['{"command":', '"ls"}'])).toBe('{"command":"ls"}');
  expect(unwrapped(['{"reason":"why","input":"ls"}'])).toBe('ls');
  expect(unwrapped(['not json'])).toBe('not json');
});

test('any text survives any split of its arguments', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(200)), (text, cuts) => {
      const json = JSON.stringify({ input: text });
      const places = [...new Set(cuts.map((cut) => cut % (json.length + 1)))].sort((a, b) => a - b);
      const pieces = [0, ...places].map((from, index) => json.slice(from, places[index] ?? json.length));
      expect(unwrapped(pieces)).toBe(text);
    }),
  );
});
