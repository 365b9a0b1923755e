import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import type { FakeAccount } from './accounts.ts';
import { errorAnswer, errors } from './errors.ts';
import { type ClaudeSignIn, claudeClientId, issueTokens, oauthError } from './sign-in.ts';

/** POST /v1/oauth/token. Codes and refresh tokens work once: the answer carries a refresh token's successor. */
export function tokenAnswer(
  request: RecordedRequest,
  accounts: readonly FakeAccount[],
  signIn: ClaudeSignIn,
  requestId: string,
): Answer {
  const body = request.json;
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/json') || !isObject(body)) {
    return errorAnswer(errors.invalid('Invalid request format'), requestId);
  }
  if (body.client_id !== claudeClientId) return oauthError(400, 'invalid_client', 'Client not found');
  if (body.grant_type === 'authorization_code') return signIn.exchange(body, accounts);
  if (body.grant_type !== 'refresh_token') {
    return oauthError(400, 'unsupported_grant_type', 'Grant type is not supported');
  }
  const account = accounts.find((known) => known.refreshToken === body.refresh_token);
  if (!account) return oauthError(400, 'invalid_grant', 'Refresh token not found or invalid');
  return issueTokens(account);
}

/** GET /api/oauth/profile. */
export function profileAnswer(account: FakeAccount, requestId: string): Answer {
  if (!account.scopes.includes('user:profile')) return missingScope(requestId);
  return jsonAnswer(200, {
    account: { uuid: account.accountUuid, full_name: 'Owner', email: account.email, has_claude_max: true },
    organization: {
      uuid: account.organizationUuid,
      name: account.organizationName,
      organization_type: 'claude_max',
      rate_limit_tier: 'default_claude_max_5x',
    },
  });
}

export function missingScope(requestId: string): Answer {
  const message = 'OAuth token does not meet scope requirement user:profile';
  return errorAnswer(errors.permission(message), requestId);
}
