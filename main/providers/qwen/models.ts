import type { ModelInfo } from '../contract.ts';
import { createModelList } from '../model-list.ts';

/** Models of Qwen Code's subscriptions, as of April 2026. */
const qwenModels: readonly ModelInfo[] = [
  { id: 'qwen3-coder-plus', displayName: 'Qwen3 Coder Plus', contextWindow: 1_000_000, maxOutput: 65_536 },
  { id: 'qwen3-coder-flash', displayName: 'Qwen3 Coder Flash', contextWindow: 1_000_000, maxOutput: 65_536 },
  { id: 'coder-model', displayName: 'Qwen Coder', contextWindow: 1_000_000, maxOutput: 65_536 },
  { id: 'vision-model', displayName: 'Qwen Vision', contextWindow: 262_144, maxOutput: 32_768 },
];

export const qwenModelList = createModelList({
  table: qwenModels,
  unlisted: { contextWindow: 128_000, maxOutput: 32_768 },
  plausible: (name) => /^qwen[\d-][\w.-]*$/i.test(name),
});
