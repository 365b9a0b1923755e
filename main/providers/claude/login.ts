import type { Secret } from '../../accounts/account.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { retryHint } from '../retry-hint.ts';
import { readCapped } from '../token-answer.ts';

/** The client that subscriptions are signed in with; public, the flow has no client secret. */
export const clientId = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';

/** For the whole exchange. The connect limit of 10 s is the dispatcher's, which `fetch` is bound to. */
const refreshLimitMs = 30_000;
const shortestWaitMs = 5_000;
const longestWaitMs = 5 * 60_000;
/** Refusals by region or policy do not pass in minutes. */
const policyWaitMs = 30 * 60_000;

/** Exchanges the refresh token. Rejects with RefreshError; once sent, a refresh is ended by the time limit only. */
export async function refresh(secret: Secret, { endpoints, fetch, now }: RefreshContext): Promise<RefreshedTokens> {
  if (!secret.refreshToken) throw new RefreshError('The account has no refresh token', true);
  const body = {
    client_id: clientId,
    grant_type: 'refresh_token',
    refresh_token: secret.refreshToken,
    ...(secret.scopes?.length ? { scope: secret.scopes.join(' ') } : {}),
  };
  const { status, headers, text } = await post(endpoints.token, body, fetch);
  if (status !== 200) throw refusal(status, headers, text, now());
  return tokensIn(text, now());
}

interface TokenAnswer {
  status: number;
  headers: Headers;
  text: string;
}

async function post(url: string, body: object, fetch: RefreshContext['fetch']): Promise<TokenAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      // A redirect would carry the refresh token to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(refreshLimitMs),
    });
    return { status: response.status, headers: response.headers, text: await readCapped(response) };
  } catch (error) {
    // The cause may name a proxy with its password.
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    throw new RefreshError(
      timedOut ? 'The sign-in service did not answer in time' : 'The sign-in service could not be reached',
      false,
    );
  }
}

/** Answers after which the same refresh token is never taken again. */
const finalCodes = /invalid_grant|refresh_token_reused|invalid_client|token_invalidated|token_revoked/;

function refusal(status: number, headers: Headers, text: string, now: number): RefreshError {
  const { code, message } = reasonIn(text);
  const said = `The sign-in service answered ${status}${code ? ` ${code}` : ''}${message ? `: ${message}` : ''}`;
  if (status === 429) return new RefreshError(said, false, clampedHint(headers, now));
  if (status < 400 || status === 408 || status >= 500) return new RefreshError(said, false, clampedHint(headers, now));
  const isPolicy = status === 403 && !finalCodes.test(code);
  return isPolicy ? new RefreshError(said, false, policyWaitMs) : new RefreshError(said, true);
}

function clampedHint(headers: Headers, now: number): number | undefined {
  const hint = retryHint(Object.fromEntries(headers), now);
  return hint === undefined ? undefined : Math.min(Math.max(hint, shortestWaitMs), longestWaitMs);
}

function tokensIn(text: string, now: number): RefreshedTokens {
  const answer = objectIn(text);
  const accessToken = textIn(answer, 'access_token');
  if (!accessToken) throw new RefreshError('The sign-in service sent no access token', false);
  const refreshToken = textIn(answer, 'refresh_token');
  const lifetime = answer?.expires_in;
  return {
    accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(typeof lifetime === 'number' && lifetime > 0 ? { expiresAt: now + lifetime * 1000 } : {}),
    ...identityIn(answer),
  };
}

/** What the answer does not say is left out, so that it does not replace what is known. */
function identityIn(answer: Record<string, unknown> | undefined): Pick<RefreshedTokens, 'identity'> {
  const account = objectOf(answer?.account);
  const organization = objectOf(answer?.organization);
  const found = {
    email: textIn(account, 'email_address'),
    accountId: textIn(account, 'uuid'),
    organizationId: textIn(organization, 'uuid'),
    organizationName: textIn(organization, 'name'),
  };
  const identity = Object.fromEntries(Object.entries(found).filter(([, value]) => value));
  return Object.keys(identity).length > 0 ? { identity } : {};
}

/** OAuth's shape (`error` is a code) and the API's (`error` is an object with a type). */
function reasonIn(text: string): { code: string; message: string } {
  const answer = objectIn(text);
  const error = objectOf(answer?.error);
  const code = textIn(error, 'type') ?? textIn(answer, 'error') ?? '';
  const message = textIn(error, 'message') ?? textIn(answer, 'error_description') ?? '';
  return { code: code.slice(0, 100), message: message.replace(/sk-ant-[\w-]+/g, 'sk-ant-…').slice(0, 300) };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function textIn(object: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
