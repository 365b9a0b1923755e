import { keyFlow } from './key-flow.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

export const openaiKeyFlow = keyFlow({
  provider: 'openai',
  keyPrefix: 'sk-',
  models: (base, key) => ({ url: `${base}/models`, headers: bearer(key) }),
});

/** Any server that speaks OpenAI's API. */
export const compatibleKeyFlow = keyFlow({
  provider: 'openai-compatible',
  anyServer: true,
  models: (base, key) => ({ url: `${base}/models`, headers: bearer(key) }),
});

/** Anthropic API keys, as accounts of the provider of Claude subscriptions. */
export const anthropicKeyFlow = keyFlow({
  provider: 'claude',
  keyPrefix: 'sk-ant-',
  models: (base, key) => ({
    url: `${base.replace(/\/v1$/, '')}/v1/models`,
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
  }),
});

export const geminiKeyFlow = keyFlow({
  provider: 'gemini',
  models: (base, key) => ({
    url: `${base.replace(/\/v1(beta)?$/, '')}/v1beta/models`,
    headers: { 'x-goog-api-key': key },
  }),
});

/** Vertex AI in express mode has no call that lists models for a key. */
export const vertexKeyFlow = keyFlow({ provider: 'vertex' });
