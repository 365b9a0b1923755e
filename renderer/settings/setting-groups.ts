import type { SettingView } from '../../preload/settings-view.ts';
import { text } from '../text/en.ts';
import { settingTitle } from './setting-reading.ts';

export type GroupId = keyof typeof text.settings.groups;

/** By the first part of their keys, or more of it. The longest that fits counts; what nothing fits is under `more`. */
const places: Readonly<Record<string, GroupId>> = {
  desktop: 'desktop',
  'desktop.notifications': 'notifications',
  'desktop.check-for-updates': 'about',
  host: 'gateway',
  port: 'gateway',
  'api-keys': 'gateway',
  'allowed-hosts': 'gateway',
  'cors-origins': 'gateway',
  'proxy-url': 'gateway',
  'body-limit': 'gateway',
  timeouts: 'gateway',
  ampcode: 'amp',
  routing: 'routing',
  'quota-exceeded': 'routing',
  'max-retry-credentials': 'routing',
  'max-retry-interval': 'routing',
  'force-model-prefix': 'routing',
  'strict-translation': 'routing',
  'models-file': 'models',
  'oauth-model-alias': 'models',
  'oauth-excluded-models': 'models',
  tools: 'tools',
  'claude-api-key': 'keys',
  'codex-api-key': 'keys',
  'gemini-api-key': 'keys',
  'vertex-api-key': 'keys',
  'openai-compatibility': 'keys',
  debug: 'logs',
  'logging-to-file': 'logs',
  'log-level': 'logs',
  'request-log': 'logs',
  'logs-max-total-size-mb': 'logs',
  journal: 'logs',
  'remote-management': 'management',
  endpoints: 'addresses',
  'oauth-clients': 'addresses',
  'auth-dir': 'addresses',
};

export function groupOf({ path }: Pick<SettingView, 'path'>): GroupId {
  const [first = '', second = ''] = path;
  return places[`${first}.${second}`] ?? places[first] ?? 'more';
}

export interface SettingGroup {
  id: GroupId;
  settings: SettingView[];
}

/** The groups that hold something, and those of `always`, in the catalogue's order. */
export function grouped(settings: readonly SettingView[], always: readonly GroupId[] = []): SettingGroup[] {
  const ids = Object.keys(text.settings.groups) as GroupId[];
  return ids
    .map((id) => ({ id, settings: settings.filter((setting) => groupOf(setting) === id) }))
    .filter((group) => group.settings.length > 0 || always.includes(group.id));
}

/** Settings in whose title, key or description every word of the query stands. */
export function foundSettings(settings: readonly SettingView[], query: string): SettingView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter((setting) => {
    const all = `${settingTitle(setting)} ${setting.key} ${setting.about} ${text.settings.groups[groupOf(setting)]}`;
    return words.every((word) => all.toLowerCase().includes(word));
  });
}
