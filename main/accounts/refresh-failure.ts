import type { Secret } from './account.ts';
import type { NewTokens } from './entry-changes.ts';

/** Whether only a new sign-in helps. */
export function isFinal(error: unknown): error is Error {
  return error instanceof Error && 'final' in error && error.final === true;
}

/** How long the provider asked to wait, in milliseconds. */
export function retryAfterOf(error: unknown): number | undefined {
  const wait = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof wait === 'number' ? wait : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

/** Providers' words are shown and logged; one that quotes a token back must not get it there. */
export function withoutSecrets(text: string, ...holders: (Secret | Partial<NewTokens>)[]): string {
  const values = holders
    .flatMap((holder) => Object.values(holder))
    .filter((value) => typeof value === 'string' && value !== '');
  return values.reduce<string>((clean, value) => clean.replaceAll(value, '[token]'), text);
}
