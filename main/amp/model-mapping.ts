import { splitSuffix } from '../protocols/thinking-suffix.ts';
import type { AmpSettings } from '../settings/schema.ts';
import { createTimedPattern, type TimedPattern } from './timed-pattern.ts';

/** What is served when a client asks for a model. */
interface ResolvedModel {
  /** The model to serve, with its thinking suffix; as asked when nothing is mapped. */
  model: string;
  mapped: boolean;
  /** The rule that applied, as `from → to`. */
  rule?: string;
  /** Rules that match the model but were passed over, each with the reason, for people. */
  ignored: readonly string[];
}

export interface ModelMapping {
  /**
   * Decides the model for one request. `canServe` says whether an account serves a model (its name without suffix) now.
   * One step only: a target is never mapped again, so rules cannot form a loop.
   */
  resolve(asked: string, canServe: (model: string) => boolean): ResolvedModel;
  /** What is wrong with the rules, for people. Grows when a pattern turns out to be too slow to use. */
  problems: readonly string[];
}

interface Rule {
  label: string;
  to: string;
  matches(key: string): boolean;
}

interface Rules {
  exact: Map<string, Rule>;
  patterns: Rule[];
}

/** Makes the model mapping of the settings; rules that cannot work are left out and listed in `problems`. */
export function createModelMapping(
  settings: Pick<AmpSettings, 'model-mappings' | 'force-model-mappings'>,
): ModelMapping {
  const problems: string[] = [];
  const rules = readRules(settings['model-mappings'], problems);
  const force = settings['force-model-mappings'];
  return {
    problems,
    resolve(asked, canServe) {
      const { base, suffix } = splitSuffix(asked.trim());
      const unmapped: ResolvedModel = { model: asked, mapped: false, ignored: [] };
      if (!force && canServe(base.trim())) return unmapped;
      const ignored: string[] = [];
      for (const rule of matching(rules, keyOf(base))) {
        const target = splitSuffix(rule.to);
        const model = withSuffix(target.base.trim(), target.suffix.trim() || suffix.trim());
        if (!canServe(target.base.trim())) {
          ignored.push(`${rule.label}: no account serves ${target.base.trim()} now`);
          continue;
        }
        if (model === asked) return { ...unmapped, ignored };
        return { model, mapped: true, rule: rule.label, ignored };
      }
      return { ...unmapped, ignored };
    },
  };
}

/** The exact rule, then the patterns in their order. */
function* matching(rules: Rules, key: string): Generator<Rule> {
  const exact = rules.exact.get(key);
  if (exact) yield exact;
  for (const rule of rules.patterns) if (rule.matches(key)) yield rule;
}

function readRules(mappings: AmpSettings['model-mappings'], problems: string[]): Rules {
  const rules: Rules = { exact: new Map(), patterns: [] };
  for (const mapping of mappings) {
    const from = mapping.from.trim();
    const to = mapping.to.trim();
    const label = `${from} → ${to}`;
    if (from === '' || splitSuffix(to).base.trim() === '') problems.push(`${label}: both sides need a model`);
    else if (mapping.regex) addPattern(rules.patterns, from, to, label, problems);
    else addExact(rules.exact, from, to, label, problems);
  }
  return rules;
}

function addExact(exact: Rules['exact'], from: string, to: string, label: string, problems: string[]): void {
  const { base, suffix } = splitSuffix(from);
  const key = keyOf(base);
  if (suffix) problems.push(`${label}: applies to ${base} with any thinking suffix`);
  if (exact.has(key)) problems.push(`${label}: ${base} is mapped more than once; this rule, the later one, applies`);
  exact.set(key, { label, to, matches: () => true });
}

function addPattern(patterns: Rule[], from: string, to: string, label: string, problems: string[]): void {
  try {
    patterns.push({ label, to, matches: guarded(createTimedPattern(from), label, problems) });
  } catch (error) {
    problems.push(`${label}: ${error instanceof Error ? error.message : 'not a regular expression'}`);
  }
}

/** Switches a pattern off for good at its first timeout: each further test would stop the gateway again. */
function guarded(pattern: TimedPattern, label: string, problems: string[]): (key: string) => boolean {
  let off = false;
  return (key) => {
    if (off) return false;
    const result = pattern.test(key);
    if (result !== 'timeout') return result;
    off = true;
    problems.push(`${label}: switched off, the pattern takes too long to test`);
    return false;
  };
}

function keyOf(base: string): string {
  return base.trim().toLowerCase();
}

function withSuffix(base: string, suffix: string): string {
  return suffix === '' ? base : `${base}(${suffix})`;
}
