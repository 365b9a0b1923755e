import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { createModelList, modelRow } from '../model-list.ts';

const fourLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high', 'max'];
const fiveLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const noLevels: readonly ThinkingLevel[] = [];
const budget = { min: 1024, max: 128_000 };

const withoutThinking: ThinkingSupport = { levels: noLevels, canDisable: false };
const byBudget: ThinkingSupport = { levels: noLevels, budget, canDisable: true };
const byBudgetAlways: ThinkingSupport = { levels: noLevels, budget, canDisable: false };
const byFourLevels: ThinkingSupport = { levels: fourLevels, budget, canDisable: true };
const byFiveLevels: ThinkingSupport = { levels: fiveLevels, budget, canDisable: true };
const byLevelsOnly: ThinkingSupport = { levels: fiveLevels, canDisable: true };

/** Claude models of August 2026; newer ones are served without being listed (see resolveModel). */
export const claudeModels: readonly ModelInfo[] = [
  modelRow('claude-fable-5', 'Claude Fable 5', 1_000_000, 128_000, byFiveLevels),
  modelRow('claude-opus-5', 'Claude Opus 5', 1_000_000, 128_000, byLevelsOnly),
  modelRow('claude-sonnet-5', 'Claude Sonnet 5', 1_000_000, 128_000, byLevelsOnly),
  modelRow('claude-opus-4-8', 'Claude Opus 4.8', 1_000_000, 128_000, byFiveLevels),
  modelRow('claude-opus-4-7', 'Claude Opus 4.7', 1_000_000, 128_000, byFiveLevels),
  modelRow('claude-opus-4-6', 'Claude Opus 4.6', 1_000_000, 128_000, byFourLevels),
  modelRow('claude-sonnet-4-6', 'Claude Sonnet 4.6', 200_000, 64_000, byFourLevels),
  modelRow('claude-opus-4-5-20251101', 'Claude Opus 4.5', 200_000, 64_000, byBudget, 'claude-opus-4-5'),
  modelRow('claude-haiku-4-5-20251001', 'Claude Haiku 4.5', 200_000, 64_000, byBudget, 'claude-haiku-4-5'),
  modelRow('claude-sonnet-4-5-20250929', 'Claude Sonnet 4.5', 200_000, 64_000, byBudget, 'claude-sonnet-4-5'),
  modelRow('claude-opus-4-1-20250805', 'Claude Opus 4.1', 200_000, 32_000, byBudgetAlways, 'claude-opus-4-1'),
  modelRow(
    'claude-opus-4-20250514',
    'Claude Opus 4',
    200_000,
    32_000,
    byBudgetAlways,
    'claude-opus-4-0',
    'claude-opus-4',
  ),
  modelRow(
    'claude-sonnet-4-20250514',
    'Claude Sonnet 4',
    200_000,
    64_000,
    byBudgetAlways,
    'claude-sonnet-4-0',
    'claude-sonnet-4',
  ),
  modelRow(
    'claude-3-7-sonnet-20250219',
    'Claude Sonnet 3.7',
    128_000,
    8_192,
    byBudgetAlways,
    'claude-3-7-sonnet-latest',
    'claude-3-7-sonnet',
  ),
  modelRow(
    'claude-3-5-haiku-20241022',
    'Claude Haiku 3.5',
    128_000,
    8_192,
    withoutThinking,
    'claude-3-5-haiku-latest',
    'claude-3-5-haiku',
  ),
];

/** Assumed of models that the table lacks: less than any current model has, and thinking as the newest ones do it. */
const unlisted = { contextWindow: 200_000, maxOutput: 32_000, thinking: byLevelsOnly };

/** Ids that only Anthropic gives, so that a model newer than the table works on the day it appears. */
const plausibleId = /^claude-[a-z0-9][a-z0-9.-]*$/i;

/** Whom an account may ask for which model. */
export const claudeModelList = createModelList({
  table: claudeModels,
  unlisted,
  plausible: (name) => plausibleId.test(name),
});

/** Lines of models that weekly limits count together. */
export const families = ['opus', 'sonnet', 'haiku', 'fable'] as const;

/** The line of a model; a model of no known line is one by itself. */
export function familyOf(model: string): string {
  const parts = model.toLowerCase().split(/[-/]/);
  return families.find((family) => parts.includes(family)) ?? model;
}
