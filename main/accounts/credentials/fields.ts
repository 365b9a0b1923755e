import type { Account } from '../account.ts';

/** A credential file's keys, dashes turned to underscores, with those of `attributes` underneath. */
export type CredentialFields = Record<string, unknown>;

/** Why a file cannot be imported, without any of its content. */
export class CredentialProblem extends Error {}

/** Flattens a credential file. The underscore spelling wins over the dashed one, the top level over `attributes`. */
export function credentialFields(raw: Record<string, unknown>): CredentialFields {
  const attributes = isRecord(raw.attributes) ? raw.attributes : {};
  return { ...undashed(attributes), ...undashed(raw) };
}

/** A non-empty string, trimmed. */
export function textField(fields: CredentialFields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

const expiryNames = ['expired', 'expire', 'expires_at', 'expiresAt', 'expiry', 'expires'];

/** When the access token ends, in milliseconds since the Unix epoch: RFC 3339 text, or seconds or milliseconds as a number. */
export function expiryField(fields: CredentialFields): number | undefined {
  const token = isRecord(fields.token) ? fields.token : {};
  for (const source of [fields, token]) {
    for (const name of expiryNames) {
      const time = timeOf(source[name]);
      if (time !== undefined) return time;
    }
  }
  return undefined;
}

/** What any credential file may say of its account. Throws CredentialProblem for values that would change who is asked or how. */
export function ownerFields(fields: CredentialFields): Pick<Account, 'paused' | 'priority'> & Partial<Account> {
  const prefix = textField(fields, 'prefix');
  const proxyUrl = proxyField(fields);
  const baseUrl = baseUrlField(fields);
  const headers = headersField(fields.headers);
  const excludedModels = listField(fields.excluded_models);
  return {
    paused: fields.disabled === true || fields.disabled === 'true',
    priority: priorityField(fields.priority),
    ...weightField(fields.weight),
    ...(prefix ? { prefix } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
    ...(baseUrl ? { baseUrl } : {}),
    ...(headers ? { headers } : {}),
    ...(excludedModels.length > 0 ? { excludedModels } : {}),
    ...(fields.websockets === true || fields.websockets === 'true' ? { attributes: { websockets: 'true' } } : {}),
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function undashed(raw: Record<string, unknown>): CredentialFields {
  const dashed = Object.entries(raw).filter(([name]) => name.includes('-'));
  return { ...Object.fromEntries(dashed.map(([name, value]) => [name.replaceAll('-', '_'), value])), ...raw };
}

/** Go's zero time (year 1) and 0 mean "not set". */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value.trim())) {
    const time = Date.parse(value);
    return time > 0 ? time : undefined;
  }
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  return number < 1e11 ? Math.round(number * 1000) : Math.round(number);
}

function priorityField(value: unknown): number {
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : 0;
}

function weightField(value: unknown): { weight?: number } {
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return {};
  return { weight: Math.min(1_000_000, Math.max(0, number)) };
}

function proxyField(fields: CredentialFields): string | undefined {
  const url = textField(fields, 'proxy_url');
  if (url === undefined) return undefined;
  if (/^(direct|none)$/i.test(url)) return 'direct';
  // Going out without the proxy that the owner asked for would be worse than leaving the account out.
  if (!/^(https?|socks5h?):\/\/[^/]+/i.test(url)) {
    throw new CredentialProblem('its proxy_url is neither "direct" nor an http, https or socks5 URL');
  }
  return url;
}

function baseUrlField(fields: CredentialFields): string | undefined {
  const url = textField(fields, 'base_url');
  if (url !== undefined && !/^https?:\/\/[^/]+/i.test(url))
    throw new CredentialProblem('its base_url is not an http or https URL');
  return url;
}

function headersField(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const headers = Object.entries(value).map(([name, text]) => [name, String(text)] as const);
  // RFC 9110, sections 5.1 and 5.5: token names, visible values.
  const usable = headers.every(
    ([name, text]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
  );
  if (!usable) throw new CredentialProblem('its headers hold a name or value that cannot be sent');
  return headers.length > 0 ? Object.fromEntries(headers) : undefined;
}

function listField(value: unknown): string[] {
  const items = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return items.filter((item) => typeof item === 'string').flatMap((item) => item.trim() || []);
}
