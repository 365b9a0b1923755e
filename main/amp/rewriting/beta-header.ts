/**
 * One-million-token context of Claude: subscriptions refuse it unless the account is entitled to it, while Amp's own
 * account may use it. So it is removed for local accounts and kept for calls that go to Amp.
 */
const oneMillionContext = 'context-1m-2025-08-07';

/** What is left of an `anthropic-beta` header. */
export interface FilteredBetas {
  /** The value to send; absent when no beta is left and the header has to go. */
  value?: string;
  removed: readonly string[];
}

/**
 * Removes the one-million-token beta from an `anthropic-beta` header, in any case and spacing, repeated headers included.
 * A value without it is returned as it came.
 */
export function filterBetas(header: string | readonly string[] | undefined): FilteredBetas {
  if (header === undefined) return { removed: [] };
  const value = typeof header === 'string' ? header : header.join(',');
  const betas = value.split(',').map((beta) => beta.trim());
  const kept = betas.filter((beta) => beta !== '' && beta.toLowerCase() !== oneMillionContext);
  if (kept.length === 0) return { removed: betas.some(Boolean) ? [oneMillionContext] : [] };
  if (betas.every((beta) => beta.toLowerCase() !== oneMillionContext)) return { value, removed: [] };
  return { value: kept.join(','), removed: [oneMillionContext] };
}
