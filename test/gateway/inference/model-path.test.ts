import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelFromPath } from '../../../main/gateway/inference/model-path.ts';

const google = '/api/provider/google/v1beta1/publishers/google/models';

test.each([
  ['/v1beta/models/gemini-3-flash:generateContent', 'gemini-3-flash', 'generateContent'],
  [`${google}/gemini-3-flash:streamGenerateContent?alt=sse`, 'gemini-3-flash', 'streamGenerateContent'],
  ['/v1beta/models//gemini-3:countTokens', 'gemini-3', 'countTokens'],
  ['/v1beta/models/%2Fgemini-3:countTokens', 'gemini-3', 'countTokens'],
  ['/v1beta/models/gemini-3(high):generateContent', 'gemini-3(high)', 'generateContent'],
  ['/v1beta/models/gemini-3%28high%29:generateContent', 'gemini-3(high)', 'generateContent'],
  ['/v1beta/models/team/gemini-3:generateContent?x=a:b', 'team/gemini-3', 'generateContent'],
  ['/v1beta/models/qwen%3A7b:generateContent', 'qwen:7b', 'generateContent'],
  ['/v1beta/models/100%:generateContent', '100%', 'generateContent'],
])('%s names a model and an action', (path, model, action) => {
  expect(modelFromPath(path)).toEqual({ model, action });
});

test.each([
  '/v1beta/models',
  '/v1beta/models/gemini-3',
  '/v1beta/models/:generateContent',
  '/v1beta/models//:generateContent',
  '/v1beta/models/gemini-3:',
  '/v1beta/models/a:b:c',
  '/v1beta/other/gemini-3:generateContent',
  '/v1/x?path=/models/a:b',
])('%s names none', (path) => {
  expect(modelFromPath(path)).toBeUndefined();
});

test('any model that is encoded into a path is read back from it', () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !name.startsWith('/'));
  fc.assert(
    fc.property(names, (model) => {
      const path = `/v1beta/models/${encodeURIComponent(model)}:generateContent?alt=sse`;
      expect(modelFromPath(path)).toEqual({ model, action: 'generateContent' });
    }),
  );
});
