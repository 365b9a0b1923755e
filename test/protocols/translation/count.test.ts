import { expect, test } from 'vitest';
import { translators } from '../../../main/protocols/index.ts';
import { createCountTranslation } from '../../../main/protocols/translation/count.ts';

const create = () => createCountTranslation(translators.gemini, translators.anthropic);

test('a count is told in the words of the client, wherever it was split', () => {
  const translation = create();
  expect(translation.push(Buffer.from('{"totalTok'))).toEqual([]);
  expect(translation.push(Buffer.from('ens":12}'))).toEqual([]);
  expect(Buffer.concat(translation.end()).toString()).toBe('{"input_tokens":12}');
  expect([translation.isDone, translation.error]).toEqual([true, undefined]);
});

test.each(['<html>', '{"totalTokens":"12"}', '{"totalTo', ''])('%j is no count', (text) => {
  const translation = create();
  translation.push(Buffer.from(text));
  expect(translation.end()).toEqual([]);
  expect(translation.isDone).toBe(false);
  expect(translation.error).toMatchObject({ status: 502, code: 'upstream_invalid' });
});

test('an answer of more than a mebibyte is no count, and is not kept', () => {
  const translation = create();
  translation.push(Buffer.from('{"totalTokens":12,"more":"'));
  for (let piece = 0; piece < 16; piece++) translation.push(Buffer.alloc(64 * 1024, 'x'));
  translation.push(Buffer.from('"}'));
  expect(translation.end()).toEqual([]);
  expect(translation.error).toMatchObject({ status: 502, code: 'upstream_invalid' });
});
