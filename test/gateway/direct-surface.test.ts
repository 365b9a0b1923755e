import { expect, test } from 'vitest';
import { createDirectSurface } from '../../main/gateway/inference/direct-surface.ts';

const match = (path: string, method = 'POST') => createDirectSurface().match(method, path);

test.each([
  ['/v1/messages', 'anthropic', 'generate'],
  ['/messages', 'anthropic', 'generate'],
  ['/v1/messages/count_tokens', 'anthropic', 'count-tokens'],
  ['/v1/chat/completions', 'openai-chat', 'generate'],
  ['/chat/completions', 'openai-chat', 'generate'],
  ['/v1/completions', 'openai-chat', 'generate'],
  ['/v1/responses', 'openai-responses', 'generate'],
  ['/responses', 'openai-responses', 'generate'],
  ['/v1/responses/compact', 'openai-responses', 'compact'],
])('%s is %s: %s', (path, wireFormat, operation) => {
  expect(match(path)).toEqual({ wireFormat, operation });
});

test.each([
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'generate', 'gemini-2.5-pro', false],
  ['/v1/models/gemini-2.5-pro:streamGenerateContent', 'generate', 'gemini-2.5-pro', true],
  ['/v1beta/models/gemini-2.5-pro:countTokens', 'count-tokens', 'gemini-2.5-pro', false],
  ['/v1beta1/publishers/google/models/m:generateContent', 'generate', 'm', false],
  ['/v1/projects/p/locations/global/publishers/google/models/m:streamGenerateContent', 'generate', 'm', true],
  ['/v1beta/models/work%2Fgemini-2.5-pro:generateContent', 'generate', 'work/gemini-2.5-pro', false],
])('%s names its model and action', (path, operation, model, stream) => {
  expect(match(path)).toEqual({ wireFormat: 'gemini', operation, path: { model, stream } });
});

test.each([
  '/v1/embeddings',
  '/v1beta/models/m:embedContent',
  '/v1beta/models/m:constructor',
  '/v1beta/models',
  '/v1/models/m',
])('%s is no inference route', (path) => {
  expect(match(path)).toBeUndefined();
});

test('only POST asks a model', () => {
  expect(match('/v1/messages', 'GET')).toBeUndefined();
});
