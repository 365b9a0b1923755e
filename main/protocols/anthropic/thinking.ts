import type { BodyDraft } from '../body-draft.ts';
import { findMember, insertMembers } from '../json-edit.ts';
import { budgetOf, levelOf, nearestLevel, type ThinkingSupport, type ThinkingWish } from '../thinking-suffix.ts';

/** The API's smallest budget, in tokens. */
const leastBudget = 1024;

/**
 * Makes the body think as the suffix of the model's name asks, over what the body itself says, and removes sampling
 * parameters that thinking forbids. `maxTokens` is what the request will send. Returns what was changed or could not be
 * had, for people.
 */
export function applyThinking(
  draft: BodyDraft,
  wish: ThinkingWish,
  support: ThinkingSupport,
  maxTokens: number,
): string[] {
  if (wish.kind === 'none') return switchOff(draft, support);
  if (forcesTool(draft)) {
    draft.remove('thinking');
    return ['thinking: not possible together with a forced tool'];
  }
  if (support.levels.length > 0) return thinkByLevel(draft, wish, support);
  if (support.budget) return thinkByBudget(draft, wish, support.budget, maxTokens);
  draft.remove('thinking');
  return ['thinking: the model has none'];
}

/** Models that do not take `disabled` do not think unless told to. */
function switchOff(draft: BodyDraft, support: ThinkingSupport): string[] {
  if (support.canDisable) draft.set('thinking', '{"type":"disabled"}');
  else draft.remove('thinking');
  return ['thinking: off'];
}

function thinkByLevel(draft: BodyDraft, wish: ThinkingWish, support: ThinkingSupport): string[] {
  draft.set('thinking', '{"type":"adaptive"}');
  const changed = ['thinking: adaptive', ...dropForbidden(draft)];
  if (wish.kind !== 'level' && wish.kind !== 'budget') return changed;
  const wanted = wish.kind === 'level' ? wish.level : levelOf(wish.tokens);
  const level = nearestLevel(wanted, support.levels) ?? wanted;
  setEffort(draft, level);
  return [...changed, level === wanted ? `effort: ${level}` : `effort: ${level} instead of ${wanted}`];
}

function thinkByBudget(
  draft: BodyDraft,
  wish: ThinkingWish,
  range: { min: number; max: number },
  maxTokens: number,
): string[] {
  const wanted = wish.kind === 'budget' ? wish.tokens : budgetOf(wish.kind === 'level' ? wish.level : 'medium');
  const budget = Math.min(Math.max(wanted, range.min), range.max, maxTokens - 1);
  if (budget < leastBudget) {
    draft.remove('thinking');
    return [`thinking: off, max_tokens ${maxTokens} leaves no room for it`];
  }
  draft.set('thinking', `{"type":"enabled","budget_tokens":${budget}}`);
  return [`thinking: ${budget} tokens`, ...dropForbidden(draft)];
}

/** With thinking the API takes temperature 1 only, top_p from 0.95, and no top_k. */
function dropForbidden(draft: BodyDraft): string[] {
  const topP = draft.value('top_p');
  const forbidden = [
    ...(draft.find('temperature') && draft.value('temperature') !== 1 ? ['temperature'] : []),
    ...(typeof topP === 'number' && topP < 0.95 ? ['top_p'] : []),
    ...(draft.find('top_k') ? ['top_k'] : []),
  ];
  for (const name of forbidden) draft.remove(name);
  return forbidden.map((name) => `${name}: removed, thinking forbids it`);
}

function setEffort(draft: BodyDraft, level: string): void {
  const config = draft.find('output_config');
  if (!config || draft.json[config.start] !== 0x7b) return draft.set('output_config', `{"effort":"${level}"}`);
  const effort = findMember(draft.json, 'effort', config.start);
  if (effort) draft.edit({ ...effort, replacement: `"${level}"` });
  else draft.edit(...insertMembers(draft.json, { effort: `"${level}"` }, config.start));
}

function forcesTool(draft: BodyDraft): boolean {
  const choice = draft.find('tool_choice');
  if (!choice || draft.json[choice.start] !== 0x7b) return false;
  const type = (draft.value('tool_choice') as { type?: unknown }).type;
  return type === 'any' || type === 'tool';
}
