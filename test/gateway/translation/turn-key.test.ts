import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTurnKey, turnKey } from '../../../main/gateway/inference/translation/turn-key.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');

test('a turn is known by the ids of its calls, else by its words without the blanks around them', () => {
  expect(turnKey('s', { callIds: ['a', 'b'], text: 'words' })).toBe(hashOf('s\0a\nb'));
  expect(turnKey('s', { callIds: [], text: ' \nsome words\n' })).toBe(hashOf('s\0some words'));
  expect(turnKey(undefined, { callIds: [], text: ' ' })).toBe(hashOf('\0'));
});

test('however the words come in pieces, also when they are put by for a while, the key is the same', () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\u00a0', 'é', '\ud83d', '\ude00') }),
    fc.constantFrom(' '.repeat(600), 'x'.repeat(511), `${'y'.repeat(512)}\ud83d`),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const heard = createTurnKey('s');
      for (const one of pieces) heard.say(one);
      expect(heard.key([])).toBe(hashOf(`s\0${pieces.join('').trim()}`));
    }),
  );
});
