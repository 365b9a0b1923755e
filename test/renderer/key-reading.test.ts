import { expect, test } from 'vitest';
import { fieldProblem, fieldWords } from '../../renderer/sign-in/key-reading.ts';

const fields = [
  { name: 'api-key', kind: 'secret', required: true },
  { name: 'base-url', kind: 'text', required: false },
  { name: 'key', kind: 'text', required: false },
] as const;

test('fields have names for people; one without words reads as it is called', () => {
  expect(fieldWords(fields[0]).label).toBe('API key');
  expect(fieldWords(fields[1]).label).toBe('Address of the API (optional)');
  expect(fieldWords({ name: 'some-newField', kind: 'text', required: true }).label).toBe('Some new field');
});

test('a refusal finds the field that it names, the longest first', () => {
  const problem = { message: 'The input cannot be used: api-key: it is missing', fix: 'Correct it.' };
  expect(fieldProblem(fields, problem)).toEqual({
    field: 'api-key',
    words: 'API key: it is missing. Correct it.',
  });
  expect(fieldProblem(fields, { message: 'No way', fix: 'Stop.' }).field).toBeUndefined();
  expect(fieldProblem(fields, undefined)).toEqual({ field: undefined, words: undefined });
});
