import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTextCut } from '../../../main/protocols/translation/text-cut.ts';

const notes = (limits: { stop?: string[]; maxOutputTokens?: number }) => ({
  toolNames: new Map<string, string>(),
  wrappedTools: new Set<string>(),
  ...limits,
});

/** Everything that a client gets to see of a text that arrives in these pieces. */
function shown(pieces: readonly string[], limits: { stop?: string[]; maxOutputTokens?: number }) {
  const cut = createTextCut(notes(limits));
  let text = '';
  for (const piece of pieces) {
    const step = cut?.push(0, piece) ?? { text: piece, isOver: false };
    text += step.text;
    if (step.isOver)
      return { text, stopSequence: 'stopSequence' in step ? step.stopSequence : undefined, isOver: true };
  }
  return { text: text + (cut?.release(0) ?? ''), stopSequence: undefined, isOver: false };
}

test('nothing is watched where nothing has to be cut', () => {
  expect(createTextCut(notes({}))).toBeUndefined();
  expect(createTextCut(notes({ stop: [''] }))).toBeUndefined();
});

test('a text ends before the first stop sequence, wherever it was split', () => {
  const limits = { stop: ['END', '\n\n'] };
  expect(shown(['one E', 'N', 'D two'], limits)).toEqual({ text: 'one ', stopSequence: 'END', isOver: true });
  expect(shown(['one\n', '\ntwo END'], limits)).toEqual({ text: 'one', stopSequence: '\n\n', isOver: true });
});

test('of two sequences that overlap, the one that is whole first ends the text, wherever it was split', () => {
  const limits = { stop: ['abc', 'b', 'aab'] };
  const cut = { text: 'a', stopSequence: 'b', isOver: true };
  expect(shown(['abc'], limits)).toEqual(cut);
  expect(shown(['ab', 'c'], limits)).toEqual(cut);
  expect(shown(['a', 'ab'], limits)).toEqual({ text: '', stopSequence: 'aab', isOver: true });
});

test('what only looks like the beginning of a stop sequence is shown in the end', () => {
  expect(shown(['one E', 'N'], { stop: ['END'] })).toEqual({ text: 'one EN', stopSequence: undefined, isOver: false });
});

test('a text beyond the limit is cut, at four characters to a token', () => {
  expect(shown(['12345', '67890'], { maxOutputTokens: 2 })).toEqual({
    text: '12345678',
    stopSequence: undefined,
    isOver: true,
  });
  expect(shown(['12345678'], { maxOutputTokens: 2 }).isOver).toBe(false);
});

test('however a text is split, the client sees the same', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
  const stop = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 8 }), stop, (pieces, sequences) => {
      const whole = pieces.join('');
      const [first] = sequences
        .map((sequence) => ({ at: whole.indexOf(sequence), end: whole.indexOf(sequence) + sequence.length }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.end - b.end || a.at - b.at);
      expect(shown(pieces, { stop: sequences }).text).toBe(whole.slice(0, first?.at));
    }),
  );
});
