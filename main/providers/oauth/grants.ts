import * as oauth from 'oauth4webapi';
import type { CodeGrant, FlowContext, TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { type RefreshContext, RefreshError } from '../contract.ts';
import { libraryArguments, type OAuthClient, tokensIn } from './client.ts';
import { refreshFailure, signInFailure } from './failures.ts';

/**
 * Swaps an authorization code for tokens with a form (RFC 6749 §4.1.3, RFC 7636 §4.5). Throws SignInError. Not ended by
 * a cancelled sign-in: the code is spent once it is sent.
 */
export async function exchangeCode(
  client: OAuthClient,
  grant: CodeGrant,
  context: Pick<FlowContext, 'fetch' | 'now'>,
): Promise<TokenAnswer> {
  const { code, redirectUri, codeVerifier } = grant;
  try {
    const library = libraryArguments(client, context.fetch);
    const { server, authentication, options } = library;
    const callback = oauth.validateAuthResponse(server, library.client, new URLSearchParams({ code }));
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      library.client,
      authentication,
      callback,
      redirectUri,
      codeVerifier,
      options,
    );
    return await tokensIn(response, library, context.now());
  } catch (error) {
    throw signInFailure(error, 'exchange_failed', [code, codeVerifier, client.clientSecret ?? '']);
  }
}

export interface RefreshGrant {
  refreshToken: string | undefined;
  scope?: string;
  /** Statuses by which the provider says that the refresh token is no longer taken. */
  finalStatuses?: readonly number[];
}

/** Swaps a refresh token for new tokens (RFC 6749 §6). Rejects with RefreshError; once sent, only the time limit ends it. */
export async function refreshTokens(
  client: OAuthClient,
  { refreshToken, scope, finalStatuses = [] }: RefreshGrant,
  context: Pick<RefreshContext, 'fetch' | 'now'>,
): Promise<TokenAnswer> {
  if (!refreshToken) throw new RefreshError('The account has no refresh token', true);
  try {
    const library = libraryArguments(client, context.fetch);
    const { server, authentication, options } = library;
    const response = await oauth.refreshTokenGrantRequest(
      server,
      library.client,
      authentication,
      refreshToken,
      scope ? { ...options, additionalParameters: { scope } } : options,
    );
    return await tokensIn(response, library, context.now());
  } catch (error) {
    const secrets = [refreshToken, client.clientSecret ?? ''];
    throw refreshFailure(error, context.now(), { secrets, finalStatuses });
  }
}
