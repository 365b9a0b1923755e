import { createHash } from 'node:crypto';
import type { StoredAccount } from '../accounts/account.ts';
import { mask } from '../journal/redaction.ts';
import type { ClaudeApiKey, Settings } from '../settings/schema.ts';

/** The accounts that the settings declare as API keys. */
export function settingsAccounts(settings: Settings): StoredAccount[] {
  return settings['claude-api-key'].map((entry) => apiKeyAccount('claude', entry));
}

function apiKeyAccount(provider: string, entry: ClaudeApiKey): StoredAccount {
  const key = entry['api-key'];
  return {
    account: {
      // A digest tells two keys apart without giving either away.
      id: `${provider}:key:${createHash('sha256')
        .update(`${entry['base-url'] ?? ''}\n${key}`)
        .digest('hex')
        .slice(0, 16)}`,
      provider,
      kind: 'api-key',
      source: 'settings',
      label: entry.prefix ? `API key ${entry.prefix}` : `API key ${mask(key)}`,
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
    },
    secret: { apiKey: key },
  };
}
