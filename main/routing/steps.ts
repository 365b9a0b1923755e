import type { RoutingRules } from './rules.ts';

/** One model after the other that may serve a request. */
export type Step =
  | {
      kind: 'model';
      /** As it was asked for or written in the chain, with thinking suffix. */
      name: string;
      why: 'asked' | 'preview' | 'chain';
    }
  | { kind: 'amp' };

/** A chain of chains ends here: attempts stay bounded. */
const longestChain = 8;

/**
 * The models to ask, in order: the one asked for, its preview where that is allowed, then the owner's chain. Chains are
 * not followed from their own models, so that they cannot go in circles. Nothing comes after Amp, which answers itself.
 */
export function stepsOf(model: string, rules: RoutingRules, previews: readonly string[]): Step[] {
  const steps: Step[] = [{ kind: 'model', name: model, why: 'asked' }];
  if (rules.switchPreviewModel)
    for (const name of previews.slice(0, 2)) steps.push({ kind: 'model', name, why: 'preview' });
  for (const name of chainOf(model, rules.chains).slice(0, longestChain)) {
    if (name.toLowerCase() === 'amp') return [...steps, { kind: 'amp' }];
    if (name !== model) steps.push({ kind: 'model', name, why: 'chain' });
  }
  return steps;
}

function chainOf(model: string, chains: RoutingRules['chains']): readonly string[] {
  const wanted = model.toLowerCase();
  return Object.entries(chains).find(([name]) => name.trim().toLowerCase() === wanted)?.[1] ?? [];
}
