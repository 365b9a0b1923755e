import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';

const fourLevels: readonly ThinkingLevel[] = ['minimal', 'low', 'medium', 'high'];
const threeLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high'];
const twoLevels: readonly ThinkingLevel[] = ['low', 'high'];
const endLevels: readonly ThinkingLevel[] = ['minimal', 'high'];
const noLevels: readonly ThinkingLevel[] = [];

const proBudget = { min: 128, max: 32_768 };
const flashBudget = { min: 0, max: 24_576 };

/** Levels of Gemini 3 and later, which take budgets too and always think. */
export const byLevels = {
  four: { levels: fourLevels, budget: proBudget, canDisable: false },
  three: { levels: threeLevels, budget: proBudget, canDisable: false },
  two: { levels: twoLevels, budget: proBudget, canDisable: false },
  ends: { levels: endLevels, budget: proBudget, canDisable: false },
  fourWide: { levels: fourLevels, budget: { min: 128, max: 65_535 }, canDisable: false },
} satisfies Record<string, ThinkingSupport>;

const byBudget: ThinkingSupport = { levels: noLevels, budget: proBudget, canDisable: false };
const byFlashBudget: ThinkingSupport = { levels: noLevels, budget: flashBudget, canDisable: true };
export const withoutThinking: ThinkingSupport = { levels: noLevels, canDisable: false };

/** Gemini models by id, of August 2026, wherever they are the same. */
const known: readonly ModelInfo[] = [
  geminiModel('gemini-3.7-flash', 'Gemini 3.7 Flash', byLevels.fourWide),
  geminiModel('gemini-3.6-flash', 'Gemini 3.6 Flash', byLevels.four),
  geminiModel('gemini-3.5-flash', 'Gemini 3.5 Flash', byLevels.four),
  geminiModel('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite', byLevels.four),
  geminiModel('gemini-3.1-pro-preview', 'Gemini 3.1 Pro (preview)', byLevels.three),
  geminiModel('gemini-3-pro-preview', 'Gemini 3 Pro (preview)', byLevels.two),
  geminiModel('gemini-3-flash-preview', 'Gemini 3 Flash (preview)', byLevels.four),
  geminiModel('gemini-3.1-flash-lite-preview', 'Gemini 3.1 Flash-Lite (preview)', byLevels.ends),
  geminiModel('gemini-3.1-flash-image-preview', 'Gemini 3.1 Flash Image (preview)', byLevels.ends),
  geminiModel('gemini-3-pro-image-preview', 'Gemini 3 Pro Image (preview)', byLevels.two),
  geminiModel('gemini-2.5-pro', 'Gemini 2.5 Pro', byBudget),
  geminiModel('gemini-2.5-flash', 'Gemini 2.5 Flash', byFlashBudget),
  geminiModel('gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', byFlashBudget),
];

/** The Gemini API's models. */
export const geminiApiModels = known;

/** Code Assist's, for Gemini CLI. */
export const codeAssistModels: readonly ModelInfo[] = [
  ...only('gemini-3.1-pro-preview', 'gemini-3-pro-preview', 'gemini-3-flash-preview'),
  geminiModel('gemini-3.1-flash-lite-preview', 'Gemini 3.1 Flash-Lite (preview)', byLevels.four),
  ...only('gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite'),
];

/** Vertex AI's; its models that only draw (`imagen-…`) have an API of their own and are not served. */
export const vertexModels: readonly ModelInfo[] = [
  ...only('gemini-3.7-flash', 'gemini-3.6-flash', 'gemini-3.5-flash', 'gemini-3.5-flash-lite'),
  ...only('gemini-3.1-pro-preview'),
  geminiModel('gemini-3.1-pro', 'Gemini 3.1 Pro', byLevels.three),
  geminiModel('gemini-3-pro', 'Gemini 3 Pro', byLevels.two),
  geminiModel('gemini-3-flash', 'Gemini 3 Flash', byLevels.four),
  geminiModel('gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite', byLevels.four),
  geminiModel('gemini-3.1-flash-image', 'Gemini 3.1 Flash Image', byLevels.ends),
  geminiModel('gemini-3-pro-image', 'Gemini 3 Pro Image', byLevels.two),
  ...only('gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite'),
  geminiModel('gemini-2.5-flash-image', 'Gemini 2.5 Flash Image', byFlashBudget),
];

/** Assumed of models that the tables lack. What they allow in thinking is theirs to say. */
export const unlistedGemini = { contextWindow: 1_048_576, maxOutput: 65_536 };

/** Names that only Google gives, so that a model newer than the table works on the day it appears. */
export function isGoogleName(name: string): boolean {
  return /^(gemini|gemma|learnlm)-[a-z0-9][a-z0-9.-]*$/i.test(name);
}

/** Lines of models whose limits are counted apart: one that draws never blocks one that writes. */
export function lineOf(model: string): string {
  const name = model.toLowerCase();
  if (/^(claude|gpt)-/.test(name)) return 'claude';
  if (name.includes('image')) return 'gemini-image';
  if (name.includes('flash-lite')) return 'gemini-flash-lite';
  return name.includes('flash') ? 'gemini-flash' : name.includes('pro') ? 'gemini-pro' : name;
}

export function geminiModel(
  id: string,
  displayName: string,
  thinking: ThinkingSupport,
  { maxOutput = 65_536, aliases = [] }: { maxOutput?: number; aliases?: readonly string[] } = {},
): ModelInfo {
  const named = aliases.length > 0 ? { aliases } : {};
  return { id, displayName, contextWindow: 1_048_576, maxOutput, thinking, ...named };
}

function only(...ids: readonly string[]): ModelInfo[] {
  return known.filter(({ id }) => ids.includes(id));
}
