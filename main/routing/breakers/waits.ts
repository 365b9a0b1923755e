import type { QuotaWindow } from '../../providers/contract.ts';
import type { Cause } from './breaker.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A reset further away is a mistake of the upstream's clock or ours. */
export const longestHintMs = 8 * dayMs;
/** A far reset is checked after this long for the first time, and then at this pace: resets come early, and lie. */
const firstCheckMs = 15 * minuteMs;
const laterCheckMs = 30 * minuteMs;
/** A `Retry-After` beyond this is no burst but a limit that is used up. */
export const longestBurstMs = 5 * minuteMs;

/** First wait and longest one; each failed try doubles it. */
const ladders: Record<Cause, { firstMs: number; longestMs: number }> = {
  'usage-limit': { firstMs: minuteMs, longestMs: 30 * minuteMs },
  burst: { firstMs: secondMs, longestMs: 30 * minuteMs },
  'free-usage': { firstMs: hourMs, longestMs: dayMs },
  billing: { firstMs: 30 * minuteMs, longestMs: 30 * minuteMs },
  refused: { firstMs: 30 * minuteMs, longestMs: 6 * hourMs },
  firewall: { firstMs: 10 * secondMs, longestMs: 5 * minuteMs },
  'model-refused': { firstMs: 30 * minuteMs, longestMs: 30 * minuteMs },
  'not-in-plan': { firstMs: hourMs, longestMs: hourMs },
  'unknown-model': { firstMs: 10 * minuteMs, longestMs: hourMs },
  overloaded: { firstMs: 2 * secondMs, longestMs: minuteMs },
  failing: { firstMs: 5 * secondMs, longestMs: minuteMs },
};

export interface Wait {
  /** Until the upstream is expected to serve again, in milliseconds. */
  untilMs: number;
  /** Until one request may try, in milliseconds. */
  probeMs: number;
}

/** What is known when a breaker opens. */
export interface Opening {
  cause: Cause;
  /** Steps of the ladder taken before. */
  level: number;
  /** The upstream's own word, already believed (see believable), in milliseconds. */
  hintMs: number | undefined;
  /** Longest wait that the used-up windows allow, in milliseconds. */
  clampMs: number;
  /** 0 to 1. */
  random: number;
}

/** How long a breaker stays open. */
export function waitOf({ cause, level, hintMs, clampMs, random }: Opening): Wait {
  const { firstMs, longestMs } = ladders[cause];
  const step = Math.min(firstMs * 2 ** Math.min(level, 30), longestMs);
  if (cause === 'usage-limit' && hintMs !== undefined) {
    const untilMs = Math.min(hintMs + (1 + 29 * random) * secondMs, clampMs);
    return { untilMs, probeMs: Math.min(untilMs, level === 0 ? firstCheckMs : laterCheckMs) };
  }
  if (cause === 'burst' && hintMs !== undefined) return { untilMs: hintMs, probeMs: hintMs };
  if (cause !== 'overloaded' && cause !== 'failing') return { untilMs: step, probeMs: step };
  const spread = Math.min(Math.max(step, hintMs ?? 0) * (1 + random / 4), longestMs);
  return { untilMs: spread, probeMs: spread };
}

/** When a try that failed has to leave a longer wait as it is: how long until the next one, in milliseconds. */
export function nextCheckMs(cause: Cause): number {
  return cause === 'usage-limit' ? laterCheckMs : ladders[cause].firstMs;
}

/** A hint in milliseconds that can be acted on; past ones and those beyond eight days are none. */
export function believable(hintMs: number | undefined): number | undefined {
  return hintMs !== undefined && hintMs > 0 && hintMs <= longestHintMs ? hintMs : undefined;
}

/** Windows that are used up, by the last reading. */
export function usedUp(windows: readonly QuotaWindow[]): QuotaWindow[] {
  return windows.filter(({ state, used }) => state === 'rejected' || (used !== undefined && used >= 1));
}

/**
 * Longest wait for windows that are used up, in milliseconds: their length and a little more, however far away the
 * upstream says that the reset is. A window of unknown length allows eight days.
 */
export function clampOf(exhausted: readonly QuotaWindow[]): number {
  const caps = exhausted.map(({ lengthMs }) =>
    lengthMs === undefined ? longestHintMs : lengthMs + (lengthMs < 2 * dayMs ? 10 * minuteMs : hourMs),
  );
  return caps.length === 0 ? longestHintMs : Math.min(Math.max(...caps), longestHintMs);
}
