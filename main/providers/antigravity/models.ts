import type { ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { byLevels, geminiModel, unlistedGemini, withoutThinking } from '../google/models.ts';
import { createModelList } from '../model-list.ts';

const claude: ThinkingSupport = { levels: [], budget: { min: 1_024, max: 64_000 }, canDisable: true };
const wide = { min: 1, max: 65_535 };
const fourWide: ThinkingSupport = { ...byLevels.four, budget: wide };
const threeWide: ThinkingSupport = { ...byLevels.three, budget: wide };
const narrow = { maxOutput: 65_535 };

/** Antigravity's models of August 2026. Other names are those that the Gemini API and Anthropic have for them. */
const models: readonly ModelInfo[] = [
  {
    id: 'claude-opus-4-6-thinking',
    displayName: 'Claude Opus 4.6 (Antigravity)',
    contextWindow: 200_000,
    maxOutput: 64_000,
    thinking: claude,
    aliases: ['claude-opus-4-6'],
  },
  {
    id: 'claude-sonnet-4-6',
    displayName: 'Claude Sonnet 4.6 (Antigravity)',
    contextWindow: 200_000,
    maxOutput: 64_000,
    thinking: claude,
  },
  geminiModel('gemini-3.7-flash-high', 'Gemini 3.7 Flash', fourWide, { aliases: ['gemini-3.7-flash'] }),
  geminiModel('gemini-3.6-flash-high', 'Gemini 3.6 Flash', fourWide, { aliases: ['gemini-3.6-flash'] }),
  geminiModel('gemini-3.5-flash-low', 'Gemini 3.5 Flash (low)', threeWide, {
    ...narrow,
    aliases: ['gemini-3.5-flash'],
  }),
  geminiModel('gemini-3.5-flash-extra-low', 'Gemini 3.5 Flash (extra low)', threeWide, narrow),
  geminiModel('gemini-pro-agent', 'Gemini Pro (agent)', threeWide, narrow),
  geminiModel('gemini-3.1-pro-low', 'Gemini 3.1 Pro (low)', threeWide, {
    ...narrow,
    aliases: ['gemini-3.1-pro', 'gemini-3.1-pro-preview'],
  }),
  geminiModel('gemini-3-flash', 'Gemini 3 Flash', byLevels.four, { aliases: ['gemini-3-flash-preview'] }),
  geminiModel('gemini-3-flash-agent', 'Gemini 3 Flash (agent)', byLevels.four),
  geminiModel(
    'gemini-3.1-flash-lite',
    'Gemini 3.1 Flash-Lite',
    { ...fourWide, canDisable: true },
    { ...narrow, aliases: ['gemini-3.1-flash-lite-preview'] },
  ),
  geminiModel('gemini-3.1-flash-image', 'Gemini 3.1 Flash Image', byLevels.ends, {
    aliases: ['gemini-3.1-flash-image-preview'],
  }),
  {
    id: 'gpt-oss-120b-medium',
    displayName: 'GPT-OSS 120B (medium)',
    contextWindow: 114_000,
    maxOutput: 32_768,
    thinking: withoutThinking,
  },
];

/** Of names that it does not list, Antigravity has those of newer Gemini models only. */
export const antigravityModelList = createModelList({
  table: models,
  unlisted: unlistedGemini,
  plausible: (name) => /^gemini-([3-9]|\d\d)[a-z0-9.-]*$/i.test(name),
});

export function isClaude(model: string): boolean {
  return model.startsWith('claude-');
}
