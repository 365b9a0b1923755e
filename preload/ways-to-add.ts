import type { ProviderView, SignInView } from './contract.ts';

/** One way to get an account into Fusebox, as tray and window offer it. */
export interface WayToAdd {
  provider: string;
  method: SignInView['method'];
  /** `ChatGPT`, `Claude (API key)`. */
  name: string;
}

const byHand: Partial<Record<SignInView['method'], string>> = { 'api-key': 'API key', file: 'key file' };

/** Signing in first, one way a provider, then keys and files. Providers that accounts can only be imported of have none. */
export function waysToAdd(providers: readonly ProviderView[]): { signIns: WayToAdd[]; keys: WayToAdd[] } {
  const ways = providers.flatMap(({ id, label, methods }) =>
    methods.map(({ method }): WayToAdd & { label: string } => ({ provider: id, method, name: label, label })),
  );
  const [signIns, keys] = [ways.filter((way) => !byHand[way.method]), ways.filter((way) => byHand[way.method])];
  return {
    signIns: signIns
      .filter((way, at) => signIns.findIndex(({ provider }) => provider === way.provider) === at)
      .map(({ provider, method, name }) => ({ provider, method, name })),
    keys: keys.map(({ provider, method, label }) => ({ provider, method, name: `${label} (${byHand[method]})` })),
  };
}
