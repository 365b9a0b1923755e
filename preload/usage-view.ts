import { z } from 'zod';

/** Sums over the journal. They outlive the requests they were made from: see docs/journal.md. */

export const usageDimensions = ['tool', 'account', 'model', 'format', 'outcome'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** Up to the last moment that a Date can be. */
const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const word = z.string().trim().min(1).max(300);

export const usageQuery = z.strictObject({
  /** `total`: one row for the whole time. Days begin at midnight of the gateway's time zone. */
  per: z.enum(['hour', 'day', 'total']).default('day'),
  /** One row for each value of it, instead of one for all. */
  by: z.enum(usageDimensions).optional(),
  /** Milliseconds since the Unix epoch, rounded down to the hour or day. Default: 24 hours or 30 days ago. */
  since: moment.optional(),
  /** Up to and including the hour or day of this time. Default: now. */
  until: moment.optional(),
  tool: word.optional(),
  /** Id or label. */
  account: word.optional(),
  /** As asked or as served. */
  model: word.optional(),
});
export type UsageQuery = z.infer<typeof usageQuery>;
/** The same as whoever asks writes it. */
export type UsageQuestion = z.input<typeof usageQuery>;

export interface UsageSums {
  requests: number;
  /** Refused, failed, or left by the client. */
  unserved: number;
  /** Served by a signed-in account. */
  bySubscription: number;
  /** Served with an API key. */
  byApiKey: number;
  /** Sent to Amp, which may have cost credits. */
  byAmpCredits: number;
  /** Came in on Amp's own routes and was served by an account. */
  ampCreditsSaved: number;
  /** Tokens that were neither read from nor written to a prompt cache. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Part of outputTokens, as far as it was told. */
  reasoningTokens: number;
  /** Tokens, all kinds together, of requests served by a signed-in account. */
  subscriptionTokens: number;
  /** Mean milliseconds from arrival to the end of the answer; absent without requests. */
  meanTotalMs?: number;
  /** Mean milliseconds to the first byte of the answer; absent where no answer had one. */
  meanFirstByteMs?: number;
}

export interface UsageRow extends UsageSums {
  /** Start of the hour or day, milliseconds since the Unix epoch; of a total, of the whole time. */
  at: number;
  /** The value of `by`; empty for requests without one, such as the account of a refusal. */
  key?: string;
}

export interface UsageView {
  /** The time that the rows cover, milliseconds since the Unix epoch. */
  since: number;
  until: number;
  /** By time, then by key. Hours and days without requests are left out. */
  rows: UsageRow[];
  total: UsageSums;
}

/** Share of the input that came from prompt caches, 0 to 1; undefined without input. */
export function cacheHitShare(
  sums: Pick<UsageSums, 'inputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>,
): number | undefined {
  const input = sums.inputTokens + sums.cacheReadTokens + sums.cacheWriteTokens;
  return input === 0 ? undefined : sums.cacheReadTokens / input;
}
