import type { Conversation, Sampling } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { fitThinking } from '../thinking-fit.ts';
import type { RenderTarget } from '../translator.ts';
import type { AnthropicWays } from './dialect.ts';
import type { RenderReport } from './report.ts';

/** The API's smallest budget, in tokens. */
const leastBudget = 1024;

export interface RenderedThinking {
  fields: { thinking?: JsonObject };
  effort?: string;
  isOn: boolean;
}

const absent: RenderedThinking = { fields: {}, isOn: false };

/** What of the request rules thinking out, or binds it. */
export interface ThinkingCircumstances {
  /** `max_tokens` of the request. */
  maxTokens: number;
  /** A tool is forced, or the model is to continue its own words: the API refuses thinking with either. */
  isRuledOut: boolean;
  /** The calls in progress lack their signed thinking, which the API demands of models that think by budget. */
  lacksHistory: boolean;
}

/** Writes `thinking` and the effort that belongs to it. */
export function renderThinking(
  { thinking }: Pick<Conversation, 'thinking'>,
  { thinkingSupport: support, thinking: suffix }: RenderTarget,
  ways: AnthropicWays,
  circumstances: ThinkingCircumstances,
  report: RenderReport,
): RenderedThinking {
  const wish = suffix ?? thinking?.wish;
  if (!wish) return absent;
  if (wish.kind === 'none') return switchedOff(support?.canDisable ?? true);
  const { kind, level, budget, changed } = fitThinking(wish, support);
  if (kind === 'absent' || kind === 'off') {
    if (changed) report.dropped('thinking');
    return absent;
  }
  if (circumstances.isRuledOut) return leftOut(report);
  if (changed) report.changed('thinking');
  if (support && support.levels.length > 0) {
    const shown = ways.hidesThinking && thinking?.visible !== false ? { display: 'summarized' } : {};
    const effort = kind === 'on' && level ? { effort: level } : {};
    return { fields: { thinking: { type: 'adaptive', ...shown } }, ...effort, isOn: true };
  }
  return circumstances.lacksHistory ? leftOut(report) : byBudget(budget, circumstances.maxTokens, report);
}

/** Models that do not take `disabled` do not think unless told to. */
function switchedOff(canDisable: boolean): RenderedThinking {
  return canDisable ? { fields: { thinking: { type: 'disabled' } }, isOn: false } : absent;
}

function leftOut(report: RenderReport): RenderedThinking {
  report.changed('thinking');
  return absent;
}

function byBudget(wanted: number | undefined, maxTokens: number, report: RenderReport): RenderedThinking {
  const budget = Math.min(Math.max(wanted ?? leastBudget, leastBudget), maxTokens - 1);
  if (budget < leastBudget) return leftOut(report);
  if (wanted !== undefined && budget !== wanted) report.changed('thinking');
  return { fields: { thinking: { type: 'enabled', budget_tokens: budget } }, isOn: true };
}

/** Writes temperature, top_p and top_k as far as the model and thinking allow. */
export function renderSampling(
  { temperature, topP, topK }: Sampling,
  { sampling }: AnthropicWays,
  isThinking: boolean,
  report: RenderReport,
): JsonObject {
  const isNone = sampling === 'none';
  // 1 is what the models do anyway.
  const ownTemperature = temperature === 1 && (isNone || isThinking) ? undefined : temperature;
  const keepsTemperature = ownTemperature !== undefined && !isNone && !isThinking;
  if (ownTemperature !== undefined && !keepsTemperature) report.dropped('temperature');
  const isBeside = keepsTemperature && sampling === 'not-both';
  const keepsTopP = topP !== undefined && !isNone && !isBeside && (!isThinking || topP >= 0.95);
  if (topP !== undefined && topP !== 1 && !keepsTopP) report.dropped('top-p');
  const keepsTopK = topK !== undefined && !isNone && !isThinking;
  if (topK !== undefined && !keepsTopK) report.dropped('top-k');
  const fitted = keepsTemperature ? Math.min(Math.max(ownTemperature, 0), 1) : undefined;
  if (keepsTemperature && fitted !== ownTemperature) report.changed('temperature');
  return defined({
    temperature: fitted,
    top_p: keepsTopP ? topP : undefined,
    top_k: keepsTopK ? topK : undefined,
  });
}
