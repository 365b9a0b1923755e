import { createHash } from 'node:crypto';
import type { Account, StoredAccount } from '../accounts/account.ts';
import { mask } from '../journal/redaction.ts';
import type { ApiKeyEntry, CompatibleEntry, Settings } from '../settings/schema.ts';

/** Providers of the settings' lists of API keys. */
const keyLists = {
  'claude-api-key': 'claude',
  'codex-api-key': 'openai',
  'gemini-api-key': 'gemini',
  'vertex-api-key': 'vertex',
} as const;

/** The accounts that the settings declare: API keys, and servers that speak OpenAI's format. */
export function settingsAccounts(settings: Settings): StoredAccount[] {
  const keys = (Object.keys(keyLists) as (keyof typeof keyLists)[]).flatMap((list) =>
    settings[list].map((entry) => apiKeyAccount(keyLists[list], entry)),
  );
  return [...keys, ...settings['openai-compatibility'].flatMap(compatibleAccounts)];
}

function apiKeyAccount(provider: string, entry: ApiKeyEntry): StoredAccount {
  const key = entry['api-key'];
  return {
    account: {
      id: accountId(provider, entry['base-url'] ?? '', key),
      provider,
      label: entry.prefix ? `API key ${entry.prefix}` : `API key ${mask(key)}`,
      ...commonFields(entry),
    },
    secret: { apiKey: key },
  };
}

/** An account for each key; a server without keys is one account. */
function compatibleAccounts(entry: CompatibleEntry): StoredAccount[] {
  if (entry.disabled) return [];
  const keys: KeyOfServer[] = [
    ...entry['api-key-entries'].map((one) => ({ key: one['api-key'], proxyUrl: one['proxy-url'] })),
    ...entry['api-keys'].map((key) => ({ key })),
  ];
  const all = keys.length > 0 ? keys : [{ key: '' }];
  return all.map((one) => compatibleAccount(entry, one, all.length > 1));
}

interface KeyOfServer {
  /** Empty for a server without keys. */
  key: string;
  proxyUrl?: string | undefined;
}

function compatibleAccount(
  entry: CompatibleEntry,
  { key, proxyUrl }: KeyOfServer,
  isOneOfMany: boolean,
): StoredAccount {
  return {
    account: {
      id: accountId('openai-compatible', entry.name, entry['base-url'], key),
      provider: 'openai-compatible',
      label: isOneOfMany ? `${entry.name} ${mask(key)}` : entry.name,
      attributes: { name: entry.name },
      ...commonFields(entry),
      ...(proxyUrl ? { proxyUrl } : {}),
    },
    secret: key === '' ? {} : { apiKey: key },
  };
}

/** A digest tells two keys apart without giving either away. */
function accountId(provider: string, ...parts: string[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest('hex');
  return `${provider}:key:${digest.slice(0, 16)}`;
}

function commonFields(entry: ApiKeyEntry | CompatibleEntry): Omit<Account, 'id' | 'provider' | 'label'> {
  return {
    kind: 'api-key',
    source: 'settings',
    paused: false,
    priority: entry.priority,
    ...(entry['base-url'] ? { baseUrl: entry['base-url'] } : {}),
    ...(entry.weight === undefined ? {} : { weight: entry.weight }),
    ...(entry['stop-at'] === undefined ? {} : { stopAt: entry['stop-at'] }),
    ...(entry.prefix ? { prefix: entry.prefix } : {}),
    ...(entry['proxy-url'] ? { proxyUrl: entry['proxy-url'] } : {}),
    ...(entry.headers ? { headers: entry.headers } : {}),
    ...(entry['excluded-models'] ? { excludedModels: entry['excluded-models'] } : {}),
    ...(entry.models ? { models: entry.models.map(({ name, alias }) => (alias ? { name, alias } : { name })) } : {}),
  };
}
