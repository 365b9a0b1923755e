import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { createModelList, modelRow } from '../model-list.ts';

const threeLevels: readonly ThinkingLevel[] = ['low', 'medium', 'high'];
const byThree: ThinkingSupport = { levels: threeLevels, canDisable: false };
const byFour: ThinkingSupport = { levels: [...threeLevels, 'xhigh'], canDisable: false };
const optional: ThinkingSupport = { levels: threeLevels, canDisable: true };
/** It may think, but takes no word about how much. */
const untold: ThinkingSupport = { levels: [], canDisable: false };

/** Grok models of August 2026; newer ones are served without being listed. */
const models: readonly ModelInfo[] = [
  modelRow('grok-4.6', 'Grok 4.6', 500_000, 65_536, byFour),
  modelRow('grok-4.5', 'Grok 4.5', 500_000, 65_536, byThree),
  modelRow('grok-4.3', 'Grok 4.3', 1_000_000, 65_536, optional),
  modelRow('grok-build-0.1', 'Grok Build 0.1', 256_000, 256_000, untold),
  modelRow('grok-4.20-0309-reasoning', 'Grok 4.20 Reasoning', 2_000_000, 65_536, untold),
  modelRow('grok-4.20-0309-non-reasoning', 'Grok 4.20', 2_000_000, 65_536, untold),
  modelRow('grok-4.20-multi-agent-0309', 'Grok 4.20 Multi-agent', 2_000_000, 65_536, byThree),
  modelRow('grok-3-mini', 'Grok 3 Mini', 131_072, 32_768, byThree),
  modelRow('grok-3-mini-fast', 'Grok 3 Mini Fast', 131_072, 32_768, byThree),
  modelRow('grok-composer-2.5-fast', 'Grok Composer 2.5 Fast', 200_000, 32_768, untold),
];

/** Whom an account may ask for which model. */
export const xaiModelList = createModelList({
  table: models,
  unlisted: { contextWindow: 256_000, maxOutput: 32_768, thinking: untold },
  // Pictures and films are asked for elsewhere.
  plausible: (name) => /^grok-(?!imagine)[\w.-]+$/i.test(name),
});
