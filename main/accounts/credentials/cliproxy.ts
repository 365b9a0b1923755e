import type { StoredAccount } from '../account.ts';
import { chatgptIdentity } from './chatgpt-identity.ts';
import { readClaudeCredential } from './claude.ts';
import { type CredentialFields, credentialFields, isRecord, textField } from './fields.ts';
import { tokenAccount, tokensOf } from './token-account.ts';
import { readServiceAccount } from './vertex.ts';

type Reader = (raw: Record<string, unknown>) => StoredAccount[];

/** Readers by the file's `type`, as CLIProxyAPI writes it. */
export const cliproxyReaders: Readonly<Record<string, Reader>> = {
  claude: readClaudeCredential,
  codex: plain(readCodex),
  antigravity: plain((fields) =>
    tokenAccount(fields, {
      provider: 'antigravity',
      fallbackLabel: 'Antigravity account',
      attributes: { project: textField(fields, 'project_id') },
    }),
  ),
  gemini: readGemini,
  qwen: plain((fields) =>
    tokenAccount(fields, {
      provider: 'qwen',
      fallbackLabel: 'Qwen account',
      attributes: { resourceUrl: textField(fields, 'resource_url') },
    }),
  ),
  iflow: plain(readIflow),
  kimi: plain((fields) => tokenAccount(fields, { provider: 'kimi', fallbackLabel: 'Kimi account' })),
  xai: plain(readXai),
  vertex: readServiceAccount,
};

function plain(read: (fields: CredentialFields) => StoredAccount): Reader {
  return (raw) => [read(credentialFields(raw))];
}

function readCodex(fields: CredentialFields): StoredAccount {
  const accountId = textField(fields, 'account_id');
  return tokenAccount(fields, {
    provider: 'chatgpt',
    fallbackLabel: 'ChatGPT account',
    identity: {
      ...chatgptIdentity(textField(fields, 'id_token')),
      ...(accountId ? { organizationId: accountId } : {}),
    },
  });
}

/** Its tokens stand in a block of their own; several projects, joined by commas, are several accounts. */
function readGemini(raw: Record<string, unknown>): StoredAccount[] {
  const fields = credentialFields(raw);
  const token = isRecord(fields.token) ? fields.token : {};
  const projects = (textField(fields, 'project_id') ?? '').split(',').map((project) => project.trim());
  return projects.map((project) =>
    tokenAccount(fields, {
      provider: 'gemini-cli',
      fallbackLabel: 'Gemini account',
      // One Google account serves each of its projects with a quota of its own.
      identity: project ? { organizationId: project } : {},
      secret: tokensOf({ ...token, ...fields }),
      attributes: { project },
    }),
  );
}

/** The key is what requests carry; the tokens are for renewing it. */
function readIflow(fields: CredentialFields): StoredAccount {
  const apiKey = textField(fields, 'api_key');
  const cookie = textField(fields, 'cookie');
  const tokens = apiKey !== undefined && !textField(fields, 'access_token', 'refresh_token') ? {} : tokensOf(fields);
  return tokenAccount(fields, {
    provider: 'iflow',
    fallbackLabel: 'iFlow account',
    secret: { ...tokens, ...(apiKey ? { apiKey } : {}), ...(cookie ? { cookie } : {}) },
  });
}

function readXai(fields: CredentialFields): StoredAccount {
  const subject = textField(fields, 'sub');
  return tokenAccount(fields, {
    provider: 'xai',
    fallbackLabel: 'Grok account',
    identity: subject ? { accountId: subject } : {},
    attributes: { tokenEndpoint: textField(fields, 'token_endpoint') },
  });
}
