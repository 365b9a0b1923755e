import type { Secret } from '../../accounts/account.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens } from '../contract.ts';
import { callEndpoint } from '../oauth/endpoint-call.ts';
import { refreshFailure } from '../oauth/failures.ts';
import { refreshedTokens } from '../oauth/refreshed.ts';
import { identityIn, tokensIn } from './answers.ts';

/** The client that subscriptions are signed in with; public, the flow has no client secret. */
export const clientId = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';

/** Only 403 may mean something else than a dead token: region or policy. */
const finalStatuses = [400, 401, 404, 405, 410, 422];

/** Exchanges the refresh token. Rejects with RefreshError; once sent, a refresh is ended by the time limit only. */
export async function refresh(secret: Secret, { endpoints, fetch, now }: RefreshContext): Promise<RefreshedTokens> {
  const { refreshToken, scopes } = secret;
  if (!refreshToken) throw new RefreshError('The account has no refresh token', true);
  const json = {
    client_id: clientId,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...(scopes?.length ? { scope: scopes.join(' ') } : {}),
  };
  try {
    const { json: answer } = await callEndpoint(fetch, endpoints.token, { json });
    const identity = identityIn(answer, 'email_address');
    const known = Object.keys(identity).length > 0 ? { identity } : {};
    return { ...refreshedTokens(tokensIn(answer, now())), ...known };
  } catch (error) {
    throw refreshFailure(error, now(), { secrets: [refreshToken], finalStatuses });
  }
}
