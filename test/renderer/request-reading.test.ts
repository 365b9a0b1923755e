import { expect, test } from 'vitest';
import { modelText, serverText } from '../../renderer/panel/request-reading.ts';

test('a model that was swapped shows both names, others one', () => {
  expect(modelText({ modelAsked: 'a', modelServed: 'b' })).toBe('a → b');
  expect(modelText({ modelAsked: 'a', modelServed: 'a' })).toBe('a');
  expect(modelText({ modelAsked: 'a-4-5', modelServed: 'a-4-5-20251001' })).toBe('a-4-5');
  expect(modelText({ modelAsked: 'a' })).toBe('a');
  expect(modelText({})).toBe('No model');
});

test('who answered is the account, Amp with its credits, or nobody', () => {
  expect(serverText({ route: 'local', accountLabel: 'you@example.com' })).toBe('you@example.com');
  expect(serverText({ route: 'amp' })).toBe('Amp, with credits');
  expect(serverText({ route: 'refused' })).toBe('refused');
});
