import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import { type FakeAccount, newToken } from './accounts.ts';
import { errorAnswer, errors } from './errors.ts';

export const claudeClientId = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';
const lifetimeSeconds = 28_800;

/** POST /v1/oauth/token. A refresh token works once: the answer carries its successor. */
export function tokenAnswer(request: RecordedRequest, accounts: readonly FakeAccount[], requestId: string): Answer {
  const body = request.json;
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/json') || !isObject(body)) {
    return errorAnswer(errors.invalid('Invalid request format'), requestId);
  }
  if (body.client_id !== claudeClientId) return oauthError(400, 'invalid_client', 'Client not found');
  if (body.grant_type !== 'refresh_token') {
    return oauthError(400, 'unsupported_grant_type', 'Grant type is not supported');
  }
  const account = accounts.find((known) => known.refreshToken === body.refresh_token);
  if (!account) return oauthError(400, 'invalid_grant', 'Refresh token not found or invalid');
  account.accessToken = newToken('oat01');
  account.refreshToken = newToken('ort01');
  account.expired = false;
  return jsonAnswer(200, {
    token_type: 'Bearer',
    access_token: account.accessToken,
    expires_in: lifetimeSeconds,
    refresh_token: account.refreshToken,
    scope: account.scopes.join(' '),
    organization: { uuid: account.organizationUuid, name: account.organizationName },
    account: { uuid: account.accountUuid, email_address: account.email },
  });
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

function oauthError(status: number, error: string, description: string): Answer {
  return jsonAnswer(status, { error, error_description: description });
}
