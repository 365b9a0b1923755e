import * as oauth from 'oauth4webapi';
import { type DeviceGrant, type FlowContext, SignInError, type TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { newPkce } from '../../accounts/sign-in/pkce.ts';
import { objectIn } from '../../protocols/json-text.ts';
import { type LibraryArguments, libraryArguments, type OAuthClient, tokensIn } from './client.ts';
import { EndpointFailure, EndpointRefusal } from './endpoint-call.ts';
import { askedWait, signInFailure } from './failures.ts';

export interface DeviceRequest {
  /** The device authorization endpoint. */
  deviceUrl: string;
  scope?: string;
  /** Sends a code challenge with the request and its verifier with the polls, as Qwen wants it. */
  pkce?: boolean;
  /** Gives up after this long even if the code lives longer, in milliseconds. */
  longestMs: number;
  /** The interval after `slow_down`, in milliseconds. Default: 5 s more (RFC 8628 §3.5). */
  slower?(intervalMs: number): number;
}

const shortestIntervalMs = 5_000;

/** Asks for a device code (RFC 8628). The polls begin when the grant's `tokens` is called. Throws SignInError. */
export async function deviceGrant(
  client: OAuthClient,
  request: DeviceRequest,
  context: FlowContext,
): Promise<DeviceGrant> {
  const { deviceUrl, scope, longestMs } = request;
  const pkce = request.pkce ? newPkce(context.random) : undefined;
  const answer = await begun(() => libraryArguments(client, context.fetch, { deviceUrl, signal: context.signal }), {
    ...(scope ? { scope } : {}),
    ...(pkce ? { code_challenge: pkce.challenge, code_challenge_method: 'S256' } : {}),
  });
  const expiresAt = context.now() + Math.min(answer.expires_in * 1000, longestMs);
  return {
    userCode: answer.user_code,
    verificationUrl: answer.verification_uri,
    ...(answer.verification_uri_complete ? { completeUrl: answer.verification_uri_complete } : {}),
    expiresAt,
    tokens: (waiting) =>
      polled(client, waiting, {
        deviceCode: answer.device_code,
        verifier: pkce?.verifier,
        intervalMs: Math.max((answer.interval ?? 0) * 1000, shortestIntervalMs),
        slower: request.slower ?? ((intervalMs) => intervalMs + 5_000),
        expiresAt,
      }),
  };
}

async function begun(
  library: () => LibraryArguments,
  fields: Record<string, string>,
): Promise<oauth.DeviceAuthorizationResponse> {
  try {
    const { server, client, authentication, options } = library();
    const response = await oauth.deviceAuthorizationRequest(server, client, authentication, fields, options);
    const cleaned = Response.json(conforming(objectIn(await response.text()) ?? {}));
    return await oauth.processDeviceAuthorizationResponse(server, client, cleaned);
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError)
      throw new SignInError('exchange_failed', 'The sign-in service sent no usable device code');
    throw signInFailure(error, 'exchange_failed');
  }
}

/** Numbers that came as text, and a missing lifetime, as the library wants them. */
function conforming(raw: Record<string, unknown>): Record<string, unknown> {
  const { interval, expires_in, ...rest } = raw;
  const seconds = Number(interval);
  return { ...rest, expires_in: Number(expires_in) || 900, ...(seconds > 0 ? { interval: seconds } : {}) };
}

interface Poll {
  deviceCode: string;
  verifier: string | undefined;
  intervalMs: number;
  slower(intervalMs: number): number;
  expiresAt: number;
}

/** The first poll waits too: nobody types a code in no time. */
async function polled(client: OAuthClient, context: FlowContext, poll: Poll): Promise<TokenAnswer> {
  context.progress('waiting-for-approval');
  let { intervalMs } = poll;
  while (context.now() + intervalMs <= poll.expiresAt) {
    await context.wait(intervalMs);
    const outcome = await pollOnce(client, context, poll, intervalMs);
    if (typeof outcome !== 'number') return outcome;
    intervalMs = outcome;
  }
  throw new SignInError('expired');
}

/** The tokens, or the interval to go on with. */
async function pollOnce(
  client: OAuthClient,
  context: FlowContext,
  poll: Poll,
  intervalMs: number,
): Promise<TokenAnswer | number> {
  const library = libraryArguments(client, context.fetch, { signal: context.signal });
  const { server, authentication, options } = library;
  const more = poll.verifier ? { additionalParameters: { code_verifier: poll.verifier } } : {};
  try {
    const response = await oauth.deviceCodeGrantRequest(server, library.client, authentication, poll.deviceCode, {
      ...options,
      ...more,
    });
    return await tokensIn(response, library, context.now());
  } catch (error) {
    return nextInterval(error, context, poll, intervalMs);
  }
}

/** What passes by itself is waited for, longer each time the network fails (RFC 8628 §3.5). */
function nextInterval(error: unknown, context: FlowContext, poll: Poll, intervalMs: number): number {
  if (error instanceof EndpointFailure) return Math.min(intervalMs * 2, 60_000);
  if (!(error instanceof EndpointRefusal)) throw error;
  if (error.code === 'authorization_pending') return intervalMs;
  if (error.code === 'slow_down') return poll.slower(intervalMs);
  if (error.code === 'expired_token') throw new SignInError('expired');
  if (error.code === 'access_denied') throw new SignInError('refused');
  if (error.status === 429 || error.status >= 500)
    return Math.max(askedWait(error, context.now()) ?? 0, poll.slower(intervalMs));
  throw signInFailure(error, 'exchange_failed', [poll.deviceCode, poll.verifier ?? '']);
}
