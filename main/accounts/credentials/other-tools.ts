import type { StoredAccount } from '../account.ts';
import { jwtExpiry } from '../jwt-claims.ts';
import { chatgptIdentity } from './chatgpt-identity.ts';
import { readClaudeCodeLogin } from './claude.ts';
import { type CredentialFields, CredentialProblem, expiryField, isRecord, textField } from './fields.ts';
import { tokenAccount, tokensOf } from './token-account.ts';

/** The login of another program, which goes on using the same tokens. */
export interface OtherTool {
  /** For people. */
  name: string;
  matches(raw: Record<string, unknown>, fileName: string): boolean;
  read(raw: Record<string, unknown>): StoredAccount[];
}

/** Files of other tools by their shape; places and keys as these tools wrote them in November 2026. */
export const otherTools: readonly OtherTool[] = [
  {
    name: 'Claude Code',
    matches: (raw, fileName) => 'claudeAiOauth' in raw || fileName === '.credentials.json',
    read: readClaudeCodeLogin,
  },
  { name: 'Codex', matches: (raw) => isRecord(raw.tokens) || 'OPENAI_API_KEY' in raw, read: readCodexLogin },
  {
    name: 'Gemini CLI',
    matches: (raw, fileName) => fileName === 'oauth_creds.json' || ('expiry_date' in raw && 'refresh_token' in raw),
    read: (raw) => [
      tokenAccount(raw, {
        provider: 'gemini-cli',
        fallbackLabel: 'Gemini CLI login',
        expiresAt: expiryField({ expires: raw.expiry_date }),
      }),
    ],
  },
];

/** `~/.codex/auth.json`: a ChatGPT sign-in, or an OpenAI API key. */
function readCodexLogin(raw: Record<string, unknown>): StoredAccount[] {
  const tokens: CredentialFields = isRecord(raw.tokens) ? raw.tokens : {};
  const apiKey = textField(raw, 'OPENAI_API_KEY');
  if (!textField(tokens, 'access_token', 'refresh_token')) {
    if (!apiKey) throw new CredentialProblem('nobody is signed in to Codex there');
    return [tokenAccount({}, { provider: 'openai', fallbackLabel: 'OpenAI API key', secret: { apiKey } })];
  }
  const accountId = textField(tokens, 'account_id');
  const identity = {
    ...chatgptIdentity(textField(tokens, 'id_token')),
    ...(accountId ? { organizationId: accountId } : {}),
  };
  const expiresAt = jwtExpiry(textField(tokens, 'access_token'));
  return [
    tokenAccount(
      {},
      { provider: 'chatgpt', fallbackLabel: 'Codex login', identity, secret: tokensOf(tokens), expiresAt },
    ),
  ];
}
