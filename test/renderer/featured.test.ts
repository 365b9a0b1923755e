import { expect, test } from 'vitest';
import type { ProviderView } from '../../preload/contract.ts';
import { featuredProviders } from '../../renderer/sign-in/featured.ts';

const provider = (id: string, methods: ProviderView['methods'] = [{ method: 'browser' }]): ProviderView => ({
  id,
  label: id,
  serves: true,
  methods,
});

test('only providers that can be signed in to get a button, Antigravity before Gemini CLI', () => {
  const all = ['kimi', 'gemini-cli', 'antigravity', 'chatgpt', 'claude'].map((id) => provider(id));
  expect(featuredProviders(all).map(({ provider: { id } }) => id)).toEqual(['claude', 'chatgpt', 'antigravity']);
  const some = [provider('claude', []), provider('gemini-cli')];
  expect(featuredProviders(some).map(({ provider: { id } }) => id)).toEqual(['gemini-cli']);
});
