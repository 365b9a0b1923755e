import type { ModelInfo } from '../contract.ts';
import { createModelList } from '../model-list.ts';

const models = [
  ['tstars2.0', 'TStars 2.0'],
  ['qwen3-coder-plus', 'Qwen3 Coder Plus'],
  ['qwen3-max', 'Qwen3 Max'],
  ['qwen3-vl-plus', 'Qwen3 VL Plus'],
  ['qwen3-235b-a22b-instruct', 'Qwen3 235B Instruct'],
  ['qwen3-235b-a22b-thinking-2507', 'Qwen3 235B Thinking'],
  ['kimi-k2', 'Kimi K2'],
  ['kimi-k2-thinking', 'Kimi K2 Thinking'],
  ['glm-4.6', 'GLM 4.6'],
  ['glm-4.7', 'GLM 4.7'],
  ['deepseek-v3.2', 'DeepSeek V3.2'],
  ['deepseek-v3.1', 'DeepSeek V3.1'],
  ['deepseek-r1', 'DeepSeek R1'],
  ['minimax-m2', 'MiniMax M2'],
] as const;

/** iFlow tells no limits of the models that it hosts. */
const limits = { contextWindow: 128_000, maxOutput: 64_000 };

/** Models of iFlow's API, as of April 2026. */
const iflowModels: readonly ModelInfo[] = models.map(([id, displayName]) => ({ id, displayName, ...limits }));

/** Other names of models are those of the companies that made them, which have providers of their own. */
export const iflowModelList = createModelList({
  table: iflowModels,
  unlisted: limits,
  plausible: (name) => /^(tstars|iflow-)[\w.-]*$/i.test(name),
});
