import type { ThinkingLevel, ThinkingSupport } from '../../protocols/thinking-suffix.ts';
import type { ModelInfo } from '../contract.ts';
import { createModelList, modelRow } from '../model-list.ts';

const twoLevels: readonly ThinkingLevel[] = ['low', 'high'];
const threeLevels: readonly ThinkingLevel[] = ['low', 'high', 'max'];
const never: ThinkingSupport = { levels: [], canDisable: false };
const optional: ThinkingSupport = { levels: twoLevels, canDisable: true };
const always: ThinkingSupport = { levels: twoLevels, canDisable: false };
const alwaysMore: ThinkingSupport = { levels: threeLevels, canDisable: false };

/** Models of Kimi's coding subscriptions, as of August 2026. */
const kimiModels: readonly ModelInfo[] = [
  modelRow('kimi-k3', 'Kimi K3', 1_048_576, 65_536, alwaysMore),
  modelRow('kimi-k3-256k', 'Kimi K3 256K', 262_144, 65_536, alwaysMore),
  modelRow('kimi-k2.7-code', 'Kimi K2.7 Code', 262_144, 65_536, always, 'kimi-for-coding'),
  modelRow(
    'kimi-k2.7-code-highspeed',
    'Kimi K2.7 Code Highspeed',
    262_144,
    65_536,
    always,
    'kimi-for-coding-highspeed',
  ),
  modelRow('kimi-k2.6', 'Kimi K2.6', 262_144, 65_536, optional),
  modelRow('kimi-k2.5', 'Kimi K2.5', 262_144, 32_768, optional),
  modelRow('kimi-k2-thinking', 'Kimi K2 Thinking', 131_072, 32_768, optional),
  modelRow('kimi-k2', 'Kimi K2', 131_072, 32_768, never),
];

export const kimiModelList = createModelList({
  table: kimiModels,
  unlisted: { contextWindow: 131_072, maxOutput: 32_768, thinking: always },
  plausible: (name) => /^kimi-[\w.-]+$/i.test(withoutWindow(name)),
});

/** The name that the coding API has for a model: short, and another one for the code models. */
export function upstreamName(model: string): string {
  const name = withoutWindow(model);
  const code = /^kimi-k2\.7-code(-highspeed)?$/i.exec(name);
  if (code) return `kimi-for-coding${code[1] ?? ''}`;
  return name.startsWith('kimi-for-') ? name : name.replace(/^kimi-/i, '');
}

/** Claude Code marks models of long contexts with `[1m]`. */
function withoutWindow(name: string): string {
  return name.replace(/\[1m\]$/i, '');
}
