import { SignInError, type SignInErrorCode } from '../../accounts/sign-in/flow.ts';
import { RefreshError } from '../contract.ts';
import { retryHint } from '../retry-hint.ts';
import { EndpointFailure, EndpointRefusal } from './endpoint-call.ts';

const shortestWaitMs = 5_000;
const longestWaitMs = 5 * 60_000;
/** Refusals by region or policy do not pass in minutes. */
const policyWaitMs = 30 * 60_000;

/** Answers of a token endpoint after which the same refresh token is never taken again. */
const finalWords = /invalid_grant|refresh_token_reused|invalid_client|token_invalidated|token_revoked/;

/** What an endpoint asks to wait, within 5 s and 5 min, in milliseconds; undefined when it asks nothing. */
export function askedWait(refusal: EndpointRefusal, now: number): number | undefined {
  const hint = retryHint(refusal.headers, now);
  return hint === undefined ? undefined : Math.min(Math.max(hint, shortestWaitMs), longestWaitMs);
}

/** A failed call of a sign-in, in its terms. `secrets` are what was sent: an answer that quotes them must not show them. */
export function signInFailure(error: unknown, code: SignInErrorCode, secrets: readonly string[] = []): Error {
  if (error instanceof EndpointRefusal) return new SignInError(code, withoutSecrets(error.message, secrets));
  if (error instanceof EndpointFailure) return new SignInError(error.reached ? code : 'network', error.message);
  return error instanceof Error ? error : new SignInError(code);
}

/**
 * A failed refresh, with what follows from it: final means that only a new sign-in helps. `finalStatuses` are those of a
 * provider that says no more than that.
 */
export function refreshFailure(
  error: unknown,
  now: number,
  { secrets = [], finalStatuses = [] }: { secrets?: readonly string[]; finalStatuses?: readonly number[] } = {},
): RefreshError {
  if (error instanceof RefreshError) return error;
  if (!(error instanceof EndpointRefusal))
    return new RefreshError(error instanceof EndpointFailure ? error.message : 'The refresh failed', false);
  const { status } = error;
  const said = withoutSecrets(error.message, secrets);
  const passes = status === 408 || status === 429 || status < 400 || status >= 500;
  if (passes) return new RefreshError(said, false, askedWait(error, now));
  if (finalStatuses.includes(status) || isFinal(error)) return new RefreshError(said, true);
  return status === 403 ? new RefreshError(said, false, policyWaitMs) : new RefreshError(said, false);
}

/** Some services name the reason in the description, or in a field of their own. */
function isFinal({ code, description, text }: EndpointRefusal): boolean {
  return [code, description, text].some((words) => finalWords.test(words));
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(Boolean).reduce(withoutSecret, text);
}

/** In signs; what is left of a secret after a cut is looked for by so much of its beginning. */
const tellingLength = 16;

/** Also where the words of an answer were cut in the middle of the secret. */
function withoutSecret(text: string, secret: string): string {
  const beginning = secret.slice(0, tellingLength);
  const at = text.indexOf(beginning);
  if (at < 0) return text;
  let end = at + beginning.length;
  while (end < text.length && text[end] === secret[end - at]) end++;
  return `${text.slice(0, at)}…${withoutSecret(text.slice(end), secret)}`;
}
