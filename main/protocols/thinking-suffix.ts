/** How much thinking a caller asks for, from little to much. */
export const thinkingLevels = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ThinkingLevel = (typeof thinkingLevels)[number];

/** What the suffix of a model name asks for: `model(high)`, `model(8192)`, `model(none)`, `model(auto)`. */
export type ThinkingWish =
  | { kind: 'level'; level: ThinkingLevel }
  | { kind: 'budget'; tokens: number }
  | { kind: 'none' }
  | { kind: 'auto' };

/** What a model allows. A model without levels and without budget does not think. */
export interface ThinkingSupport {
  levels: readonly ThinkingLevel[];
  /** Tokens. */
  budget?: { min: number; max: number };
  canDisable: boolean;
}

/**
 * Splits `gpt-5(high)` into the model's name and the suffix. The suffix is empty when the name has none, and for `()`;
 * `name(` without the closing bracket at the very end is a plain name.
 */
export function splitSuffix(name: string): { base: string; suffix: string } {
  const open = name.endsWith(')') ? name.lastIndexOf('(') : -1;
  if (open < 0) return { base: name, suffix: '' };
  return { base: name.slice(0, open), suffix: name.slice(open + 1, -1) };
}

/** Reads a suffix that is not empty; for an unknown one says which are valid. `0` means none, `-1` automatic. */
export function parseSuffix(suffix: string): ThinkingWish | { error: string; valid: readonly string[] } {
  const value = suffix.trim().toLowerCase();
  if (value === 'none' || value === '0') return { kind: 'none' };
  if (value === 'auto' || value === '-1') return { kind: 'auto' };
  if (/^\d{1,9}$/.test(value)) return { kind: 'budget', tokens: Number(value) };
  const level = thinkingLevels.find((known) => known === value);
  if (level) return { kind: 'level', level };
  const valid = [...thinkingLevels, 'none', 'auto', 'a number of tokens'];
  return { error: `The thinking suffix (${suffix.slice(0, 40)}) is not one of ${valid.join(', ')}`, valid };
}

const levelBudgets: Record<ThinkingLevel, number> = {
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24576,
  xhigh: 32768,
  max: 128000,
};

/** Tokens of thinking that a level stands for where a model takes budgets only. */
export function budgetOf(level: ThinkingLevel): number {
  return levelBudgets[level];
}

/** The level that a budget comes closest to where a model takes levels only. `max` is never chosen for a budget. */
export function levelOf(tokens: number): ThinkingLevel {
  if (tokens <= levelBudgets.minimal) return 'minimal';
  if (tokens <= levelBudgets.low) return 'low';
  if (tokens <= levelBudgets.medium) return 'medium';
  return tokens <= levelBudgets.high ? 'high' : 'xhigh';
}

/** The allowed level nearest to the wanted one, the lower of two equally near ones; undefined without levels. */
export function nearestLevel(wanted: ThinkingLevel, allowed: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  const rank = (level: ThinkingLevel) => thinkingLevels.indexOf(level);
  const distance = (level: ThinkingLevel) => Math.abs(rank(level) - rank(wanted));
  return [...allowed].sort((a, b) => distance(a) - distance(b) || rank(a) - rank(b))[0];
}
