import type { ModelServerView, ModelView } from '../../preload/models-view.ts';
import { clockText, type Locale } from '../../preload/readings.ts';
import { text } from '../text/en.ts';

/** `200k`, `1M`, `1.05M`: tokens, as they are spoken of. */
export function tokensText(tokens: number): string {
  const [size, unit] = tokens >= 1_000_000 ? [tokens / 1_000_000, 'M'] : [tokens / 1000, 'k'];
  return tokens < 1000 ? String(tokens) : `${Number(size.toFixed(size < 10 ? 2 : 0))}${unit}`;
}

/** One figure, or the least and the most; undefined where none is known. */
export function rangeText([least, most]: readonly [number, number]): string | undefined {
  if (most === 0) return undefined;
  return least === most || least === 0 ? tokensText(most) : `${tokensText(least)}–${tokensText(most)}`;
}

/** The limits in lines. */
export function limitLines({ contextWindow, maxOutput }: ModelView): string[] {
  const [context, output] = [rangeText(contextWindow), rangeText(maxOutput)];
  const lines = [
    ...(context === undefined ? [] : [text.models.context(context)]),
    ...(output === undefined ? [] : [text.models.output(output)]),
  ];
  return lines.length === 0 ? [text.models.unknownLimit] : lines;
}

/** How much a model can be told to think. */
export function thinkingText({ thinking }: Pick<ModelView, 'thinking'>): string {
  if (!thinking) return text.models.thinking.unknown;
  const { levels, budget, canDisable } = thinking;
  if (levels.length === 0 && !budget) return text.models.thinking.none;
  const range = budget && text.models.thinking.budget(tokensText(budget.min), tokensText(budget.max));
  const words = levels.length > 0 ? levels.join(', ') : (range ?? '');
  return canDisable ? words : `${words}; ${text.models.thinking.always}`;
}

/** How an account stands for a model: "cooling until 14:05". Times in milliseconds since the Unix epoch. */
export function standingText({ standing, until }: ModelServerView, now: number, locale: Locale = {}): string {
  const word = text.models.standing[standing];
  return until === undefined || until <= now ? word : text.models.until(word, clockText(until, now, locale));
}

/** Whether some account can be asked for a model now. */
export function isAvailable({ servers }: Pick<ModelView, 'servers'>): boolean {
  return servers.some(({ standing }) => standing === 'ready');
}

/** Models that every word of a search fits: by their names, providers or accounts. */
export function found(models: readonly ModelView[], query: string): ModelView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const about = [
      model.displayName,
      ...model.names,
      ...model.servers.flatMap((one) => [one.label, one.providerLabel]),
    ];
    const all = about.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
