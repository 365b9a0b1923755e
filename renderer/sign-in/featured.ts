import type { ProviderView } from '../../preload/contract.ts';

/** The accounts that most people have, and the providers that take them, the preferred one first. */
const featured = [
  { kind: 'claude', ids: ['claude'] },
  { kind: 'chatgpt', ids: ['chatgpt'] },
  // Google serves Gemini CLI's sign-in to companies only: most people need Antigravity's.
  { kind: 'google', ids: ['antigravity', 'gemini-cli'] },
] as const;

export interface FeaturedProvider {
  kind: (typeof featured)[number]['kind'];
  provider: ProviderView;
}

/** Those of them that can be signed in to. */
export function featuredProviders(providers: readonly ProviderView[]): FeaturedProvider[] {
  return featured.flatMap(({ kind, ids }) => {
    const [provider] = ids.flatMap((id) => providers.filter((one) => one.id === id && one.methods.length > 0));
    return provider ? [{ kind, provider }] : [];
  });
}
