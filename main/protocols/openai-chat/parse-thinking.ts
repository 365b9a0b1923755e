import type { ThinkingRequest } from '../conversation.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { type ThinkingWish, thinkingLevels } from '../thinking-suffix.ts';

/** Reads how much thinking is asked for, in each of the ways that servers of this format have. Throws FieldError. */
export function parseThinking(body: FieldReader, uses: FeatureUses): ThinkingRequest | undefined {
  return (
    byEffort(body, uses) ??
    byReasoning(body.child('reasoning'), uses) ??
    byThinking(body.child('thinking'), uses) ??
    bySwitch(body, uses)
  );
}

function byEffort(body: FieldReader, uses: FeatureUses): ThinkingRequest | undefined {
  const wish = effortIn(body, 'reasoning_effort');
  return wish && asked(wish, 'reasoning_effort', uses);
}

/** OpenRouter's object. */
function byReasoning(reasoning: FieldReader | undefined, uses: FeatureUses): ThinkingRequest | undefined {
  if (!reasoning) return undefined;
  uses.addMembers(reasoning, ['effort', 'max_tokens', 'enabled', 'exclude']);
  const tokens = reasoning.number('max_tokens');
  const enabled = reasoning.boolean('enabled');
  const wish =
    effortIn(reasoning, 'effort') ??
    (tokens === undefined ? undefined : budgetWish(tokens)) ??
    (enabled === undefined ? undefined : switchWish(enabled));
  const hidden = reasoning.boolean('exclude') === true;
  if (!wish && !hidden) return undefined;
  return { ...asked(wish ?? { kind: 'auto' }, reasoning.path, uses), ...(hidden ? { visible: false } : {}) };
}

/** The object of Kimi, GLM and DeepSeek, which took it from Anthropic. */
function byThinking(thinking: FieldReader | undefined, uses: FeatureUses): ThinkingRequest | undefined {
  if (!thinking) return undefined;
  uses.addMembers(thinking, ['type', 'budget_tokens', 'effort']);
  const type = thinking.string('type');
  if (type === 'disabled') return asked({ kind: 'none' }, 'thinking', uses);
  const tokens = thinking.number('budget_tokens');
  const wish = effortIn(thinking, 'effort') ?? (tokens === undefined ? { kind: 'auto' } : budgetWish(tokens));
  return asked(wish, 'thinking', uses);
}

/** Qwen's switch and its budget. */
function bySwitch(body: FieldReader, uses: FeatureUses): ThinkingRequest | undefined {
  const tokens = body.number('thinking_budget');
  const enabled = body.boolean('enable_thinking');
  if (enabled === false) return asked({ kind: 'none' }, 'enable_thinking', uses);
  if (tokens !== undefined) return asked(budgetWish(tokens), 'thinking_budget', uses);
  return enabled ? asked({ kind: 'auto' }, 'enable_thinking', uses) : undefined;
}

function asked(wish: ThinkingWish, field: string, uses: FeatureUses): ThinkingRequest {
  uses.add('thinking', field);
  return { wish };
}

function effortIn(owner: FieldReader, name: string): ThinkingWish | undefined {
  const effort = owner.string(name)?.toLowerCase();
  if (effort === undefined || effort === '') return undefined;
  if (effort === 'none' || effort === 'auto') return { kind: effort };
  const level = thinkingLevels.find((known) => known === effort);
  if (level) return { kind: 'level', level };
  throw owner.wrong(name, `one of none, ${thinkingLevels.join(', ')}`);
}

function switchWish(enabled: boolean): ThinkingWish {
  return enabled ? { kind: 'auto' } : { kind: 'none' };
}

function budgetWish(tokens: number): ThinkingWish {
  if (tokens === 0) return { kind: 'none' };
  return tokens < 0 ? { kind: 'auto' } : { kind: 'budget', tokens };
}
