import type { StoredAccount } from '../account.ts';
import { cliproxyReaders } from './cliproxy.ts';
import { CredentialProblem, isRecord } from './fields.ts';
import { otherTools } from './other-tools.ts';
import { readServiceAccount } from './vertex.ts';

export type ParsedCredential =
  | { ok: true; accounts: StoredAccount[]; warning?: string }
  | { ok: false; reason: string };

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
  const type = typeof raw.type === 'string' ? raw.type : '';
  const reader = Object.hasOwn(cliproxyReaders, type) ? cliproxyReaders[type] : undefined;
  if (reader) return { ok: true, accounts: reader(raw) };
  if (type === 'service_account') return { ok: true, accounts: readServiceAccount(raw) };
  const tool = otherTools.find((one) => one.matches(raw, name));
  if (tool) return { ok: true, accounts: tool.read(raw), warning: sharedLogin(tool.name) };
  if (/^[\w.-]{1,40}$/.test(type)) return { ok: false, reason: `its type is not known: ${type}` };
  return { ok: false, reason: 'it is not a credential file: it has no type' };
}

function sharedLogin(tool: string): string {
  return `${tool} uses the same login: when its token is renewed here, ${tool} may be signed out. A sign-in of its own is safer.`;
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
