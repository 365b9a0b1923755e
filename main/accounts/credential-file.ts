import type { StoredAccount } from './account.ts';
import { readClaudeCodeLogin, readClaudeCredential } from './claude-credential.ts';
import { CredentialProblem, isRecord } from './credential-fields.ts';

export type ParsedCredential =
  | { ok: true; accounts: StoredAccount[]; warning?: string }
  | { ok: false; reason: string };

/** Readers by the file's `type`, as CLIProxyAPI writes it. */
const readers: Record<string, (raw: Record<string, unknown>) => StoredAccount[]> = {
  claude: readClaudeCredential,
};

const sharedLogin =
  'Claude Code uses the same login: when its token is renewed here, Claude Code may be signed out. A sign-in of its own is safer.';

/** Reads one credential file. Pure. Reasons quote nothing of the content but a well-formed `type`. */
export function parseCredentialFile(name: string, text: string): ParsedCredential {
  const raw = parseObject(text.replace(/^\uFEFF/, ''));
  if (!raw) return { ok: false, reason: text.trim() === '' ? 'it is empty' : 'it is not valid JSON' };
  try {
    return read(name, raw);
  } catch (error) {
    if (error instanceof CredentialProblem) return { ok: false, reason: error.message };
    throw error;
  }
}

function read(name: string, raw: Record<string, unknown>): ParsedCredential {
  if ('claudeAiOauth' in raw || name === '.credentials.json') {
    return { ok: true, accounts: readClaudeCodeLogin(raw), warning: sharedLogin };
  }
  const type = typeof raw.type === 'string' ? raw.type : '';
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader) return { ok: true, accounts: reader(raw) };
  if (/^[\w.-]{1,40}$/.test(type)) return { ok: false, reason: `not supported yet: ${type}` };
  return { ok: false, reason: 'it is not a credential file: it has no type' };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}
