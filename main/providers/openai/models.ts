import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { createModelList, modelRow } from '../model-list.ts';

const newest: readonly ThinkingLevel[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const fourLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high', 'xhigh'];
const withMinimal: readonly ThinkingLevel[] = ['minimal', 'low', 'medium', 'high'];
const threeLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high'];

const optional = (levels: readonly ThinkingLevel[]): ThinkingSupport => ({ levels, canDisable: true });
const always = (levels: readonly ThinkingLevel[]): ThinkingSupport => ({ levels, canDisable: false });
const never: ThinkingSupport = { levels: [], canDisable: false };

/** Models of OpenAI's API, as of August 2026; newer ones are served without being listed. */
const openaiModels: readonly ModelInfo[] = [
  modelRow('gpt-5.6-sol', 'GPT-5.6 Sol', 921_000, 128_000, optional(newest)),
  modelRow('gpt-5.6-terra', 'GPT-5.6 Terra', 921_000, 128_000, optional(newest)),
  modelRow('gpt-5.6-luna', 'GPT-5.6 Luna', 921_000, 128_000, optional(newest)),
  modelRow('gpt-5.5', 'GPT-5.5', 272_000, 128_000, optional(fourLevels)),
  modelRow('gpt-5.4', 'GPT-5.4', 1_050_000, 128_000, optional(fourLevels)),
  modelRow('gpt-5.4-mini', 'GPT-5.4 mini', 400_000, 128_000, optional(fourLevels)),
  modelRow('gpt-5.2', 'GPT-5.2', 400_000, 128_000, optional(fourLevels)),
  modelRow('gpt-5.1', 'GPT-5.1', 400_000, 128_000, optional(threeLevels)),
  modelRow('gpt-5', 'GPT-5', 400_000, 128_000, always(withMinimal)),
  modelRow('gpt-5-mini', 'GPT-5 mini', 400_000, 128_000, always(withMinimal)),
  modelRow('gpt-5-nano', 'GPT-5 nano', 400_000, 128_000, always(withMinimal)),
  modelRow('gpt-4.1', 'GPT-4.1', 1_047_576, 32_768, never),
  modelRow('gpt-4.1-mini', 'GPT-4.1 mini', 1_047_576, 32_768, never),
  modelRow('gpt-4o', 'GPT-4o', 128_000, 16_384, never),
  modelRow('gpt-4o-mini', 'GPT-4o mini', 128_000, 16_384, never),
  modelRow('o3', 'o3', 200_000, 100_000, always(threeLevels)),
  modelRow('o4-mini', 'o4-mini', 200_000, 100_000, always(threeLevels)),
];

/** Which models an OpenAI account serves. Names with these beginnings are OpenAI's. */
export const openaiModelList = createModelList({
  table: openaiModels,
  unlisted: { contextWindow: 272_000, maxOutput: 128_000 },
  plausible: (name) => /^(gpt-\d|chatgpt-|o[1-9](-|$)|codex-)[\w.:-]*$/i.test(name),
});
