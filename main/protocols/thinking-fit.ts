import {
  budgetOf,
  levelOf,
  nearestLevel,
  type ThinkingLevel,
  type ThinkingSupport,
  type ThinkingWish,
} from './thinking-suffix.ts';

/** A wish made fit for one model, in both words: renderers write the one that their format has. */
export interface FittedThinking {
  /** `absent`: the model does not think, nothing is sent. `auto`: as much as the model likes. */
  kind: 'on' | 'auto' | 'off' | 'absent';
  /** For models that take levels; with `auto` for formats that have no word for it. */
  level?: ThinkingLevel;
  /** Tokens, for models that take budgets; with `auto` for formats that have no word for it. */
  budget?: number;
  /** Whether the model gets something else than was asked for. */
  changed: boolean;
}

/**
 * Clamps a wish to what a model allows: the nearest level (the lower of two), a budget within the range, the least thinking
 * where it cannot be switched off. Without `support` nothing is known of the model and the wish stays as it is.
 */
export function fitThinking(wish: ThinkingWish, support: ThinkingSupport | undefined): FittedThinking {
  if (!support) return unclamped(wish);
  if (support.levels.length === 0 && !support.budget) return absent(wish);
  switch (wish.kind) {
    case 'none':
      return support.canDisable ? { kind: 'off', changed: false } : { ...least(support), changed: true };
    case 'auto':
      return { ...middle(support), kind: 'auto', changed: false };
    case 'level':
      return fitLevel(wish.level, support);
    case 'budget':
      return fitBudget(wish.tokens, support);
  }
}

function unclamped(wish: ThinkingWish): FittedThinking {
  if (wish.kind === 'none') return { kind: 'off', changed: false };
  if (wish.kind === 'auto') return { kind: 'auto', changed: false };
  const level = wish.kind === 'level' ? wish.level : levelOf(wish.tokens);
  const budget = wish.kind === 'level' ? budgetOf(wish.level) : wish.tokens;
  return { kind: 'on', level, budget, changed: false };
}

/** Only who asked for thinking misses something. */
function absent(wish: ThinkingWish): FittedThinking {
  return { kind: 'absent', changed: wish.kind === 'level' || wish.kind === 'budget' };
}

function fitLevel(wanted: ThinkingLevel, support: ThinkingSupport): FittedThinking {
  const level = nearestLevel(wanted, support.levels);
  const budget = clamp(budgetOf(level ?? wanted), support.budget);
  return on(level, budget, level === undefined ? budget !== budgetOf(wanted) : level !== wanted);
}

function fitBudget(wanted: number, support: ThinkingSupport): FittedThinking {
  const budget = clamp(wanted, support.budget);
  const nearest = levelOf(budget ?? wanted);
  const level = nearestLevel(nearest, support.levels);
  return on(level, budget, budget === undefined ? level !== nearest : budget !== wanted);
}

function least({ levels, budget }: ThinkingSupport): FittedThinking {
  return on(nearestLevel('minimal', levels), budget?.min, false);
}

function middle({ levels, budget }: ThinkingSupport): FittedThinking {
  return on(nearestLevel('medium', levels), budget && Math.floor((budget.min + budget.max) / 2), false);
}

function on(level: ThinkingLevel | undefined, budget: number | undefined, changed: boolean): FittedThinking {
  return { kind: 'on', ...(level ? { level } : {}), ...(budget === undefined ? {} : { budget }), changed };
}

function clamp(tokens: number, range: ThinkingSupport['budget']): number | undefined {
  return range && Math.min(Math.max(tokens, range.min), range.max);
}
