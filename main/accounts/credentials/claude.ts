import type { Account, Secret, StoredAccount } from '../account.ts';
import { accountIdOf, type IdentityFields } from '../identity.ts';
import {
  type CredentialFields,
  CredentialProblem,
  credentialFields,
  expiryField,
  isRecord,
  ownerFields,
  textField,
} from './fields.ts';

/** Reads CLIProxyAPI's `type: claude`. An account without any identity is accepted: setup tokens have none. */
export function readClaudeCredential(raw: Record<string, unknown>): StoredAccount[] {
  const fields = credentialFields(raw);
  const secret = claudeSecret(textField(fields, 'access_token', 'api_key'), textField(fields, 'refresh_token'));
  const identity = claudeIdentity(fields);
  const organizationName = textField(fields, 'organization_name');
  const label =
    textField(fields, 'label', 'note', 'description') ?? identity.email ?? organizationName ?? 'Claude account';
  const account = { ...ownerFields(fields), ...identity, ...(organizationName ? { organizationName } : {}), label };
  return [claudeAccount(account, identity, secret, expiryField(fields))];
}

/** Reads Claude Code's own `.credentials.json`. Newer files may hold MCP logins only: then nobody is signed in. */
export function readClaudeCodeLogin(raw: Record<string, unknown>): StoredAccount[] {
  const login = raw.claudeAiOauth;
  if (!isRecord(login)) throw new CredentialProblem('nobody is signed in to Claude Code there');
  const scopes = Array.isArray(login.scopes) ? login.scopes.filter((scope) => typeof scope === 'string') : [];
  const secret = claudeSecret(textField(login, 'accessToken'), textField(login, 'refreshToken'));
  const plan = textField(login, 'subscriptionType');
  const account = { label: 'Claude Code login', paused: false, priority: 0, ...(plan ? { plan } : {}) };
  return [claudeAccount(account, {}, scopes.length > 0 ? { ...secret, scopes } : secret, expiryField(login))];
}

function claudeAccount(
  described: Pick<Account, 'label' | 'paused' | 'priority'> & Partial<Account>,
  identity: IdentityFields,
  secret: Secret,
  expiresAt: number | undefined,
): StoredAccount {
  const account: Account = {
    ...described,
    id: accountIdOf('claude', identity, secret),
    provider: 'claude',
    kind: secret.apiKey === undefined ? 'oauth' : 'api-key',
    source: 'vault',
  };
  // Without an access token there is nothing to use yet: a time that has passed makes the refresher fetch one.
  const due = secret.accessToken === undefined && secret.refreshToken !== undefined ? 0 : expiresAt;
  return { account: due === undefined ? account : { ...account, expiresAt: due }, secret };
}

/** `sk-ant-api` starts an API key (sent as x-api-key, never refreshed); everything else is an OAuth token. */
function claudeSecret(token: string | undefined, refreshToken: string | undefined): Secret {
  if (token?.startsWith('sk-ant-api')) return { apiKey: token };
  if (token === undefined && refreshToken === undefined) throw new CredentialProblem('it holds no token');
  return { ...(token ? { accessToken: token } : {}), ...(refreshToken ? { refreshToken } : {}) };
}

function claudeIdentity(fields: CredentialFields): IdentityFields {
  const accountId = textField(fields, 'account_uuid');
  const organizationId = textField(fields, 'organization_uuid');
  const email = textField(fields, 'email');
  return {
    ...(accountId ? { accountId } : {}),
    ...(organizationId ? { organizationId } : {}),
    ...(email ? { email } : {}),
  };
}
