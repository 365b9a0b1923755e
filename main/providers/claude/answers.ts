import type { TokenAnswer } from '../../accounts/sign-in/flow.ts';
import { EndpointFailure, isObject, isText } from '../oauth/endpoint-call.ts';

/** What the token endpoint answered to a code or a refresh token. Throws EndpointFailure without an access token. */
export function tokensIn(raw: Record<string, unknown>, now: number): TokenAnswer {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetime, scope } = raw;
  if (!isText(accessToken)) throw new EndpointFailure('The sign-in service sent no access token', true);
  return {
    accessToken,
    ...(isText(refreshToken) ? { refreshToken } : {}),
    ...(typeof lifetime === 'number' && lifetime > 0 ? { expiresAt: now + lifetime * 1000 } : {}),
    ...(isText(scope) ? { scopes: scope.split(' ').filter(Boolean) } : {}),
    raw,
  };
}

/** Who an answer is about; tokens and profile name the e-mail differently. What is not said is left out, so that it replaces nothing. */
export function identityIn(answer: Record<string, unknown>, emailField: 'email_address' | 'email') {
  const account = isObject(answer.account) ? answer.account : {};
  const organization = isObject(answer.organization) ? answer.organization : {};
  const email = account[emailField];
  return {
    ...(isText(email) ? { email } : {}),
    ...(isText(account.uuid) ? { accountId: account.uuid } : {}),
    ...(isText(organization.uuid) ? { organizationId: organization.uuid } : {}),
    ...(isText(organization.name) ? { organizationName: organization.name } : {}),
  };
}
