import type { SettingField, SettingView } from '../../preload/settings-view.ts';
import { text } from '../text/en.ts';

const words = text.settings;

/** What a setting is called. Without words of its own it goes by its key: `credit-guard` is “Credit guard”. */
export function settingTitle({ key, path }: Pick<SettingView, 'key' | 'path'>): string {
  const own = words.titles[key];
  if (own !== undefined) return own;
  // Settings by provider are told apart by its name.
  return ['endpoints', 'oauth-clients', 'oauth-excluded-models'].includes(path[0] ?? '')
    ? path.slice(1).map(spelled).join(': ')
    : spelled(path.at(-1) ?? key);
}

/** `base-url` as “Base URL”. */
export function spelled(key: string): string {
  const phrase = key
    .split('-')
    .map((part) => words.spellings[part] ?? part)
    .join(' ');
  return phrase === '' || phrase.startsWith('iFlow') || phrase.startsWith('xAI')
    ? phrase
    : phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

/** A value in words, as of the default. */
export function valueText({ key, kind }: Pick<SettingView, 'key' | 'kind'>, value: unknown): string {
  if (kind === 'switch') return value === true ? words.on : words.off;
  if (Array.isArray(value)) return value.length === 0 ? words.none : value.join(', ');
  if (typeof value === 'string' && value !== '') return choiceText(key, value);
  if (typeof value !== 'number') return words.none;
  // Ports and years are not grouped.
  return value < 100_000 ? String(value) : value.toLocaleString('en');
}

export function choiceText(key: string, choice: string): string {
  return words.choices[key]?.[choice] ?? choice;
}

/** Whether the owner has set it to something else than its default. */
export function isChanged({ default: standard }: Pick<SettingView, 'default'>, value: unknown): boolean {
  return JSON.stringify(value ?? standard) !== JSON.stringify(standard);
}

/** What is shown of a secret: that there is one, and how it ends where that gives nothing away. */
export function secretText(masked: unknown): string {
  if (typeof masked !== 'string' || masked === '') return words.notSet;
  const ending = /\[redacted …(.{4})\]$/.exec(masked)?.[1];
  return ending === undefined ? words.isSet : words.endsIn(ending);
}

/** The engine's words about this setting, without its key, which stands beside it. */
export function problemText(message: string, key: string): string {
  const own = message.startsWith(`\`${key}\` `) ? message.slice(key.length + 3) : message;
  const plain = plainText(own);
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.!?]$/.test(plain) ? '' : '.'}`;
}

/** The engine's words with its marks for code as quotation marks: pages show plain text. */
export function plainText(words: string): string {
  return words.replaceAll(/`([^`]*)`/g, '“$1”');
}

/** What was typed, as the settings keep it; null for nothing, so that the default applies. */
export function typedValue({ kind, mayBeEmpty }: Pick<SettingView, 'kind' | 'mayBeEmpty'>, typed: string): unknown {
  const trimmed = typed.trim();
  if (trimmed === '') return mayBeEmpty ? '' : null;
  if (kind === 'texts') return listOf(trimmed);
  if (kind !== 'number') return trimmed;
  const number = Number(trimmed);
  return Number.isNaN(number) ? trimmed : number;
}

function listOf(typed: string): string[] {
  return typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The value nearest to one that was refused; undefined where none is near. */
export function nearestValue({ kind, least, most }: SettingView, typed: string, problem: string): string | undefined {
  if (kind === 'number') {
    const number = Number(typed.replaceAll(/[\s_,']/g, '').match(/-?\d+(?:\.\d+)?/)?.[0] ?? Number.NaN);
    if (Number.isNaN(number)) return undefined;
    const near = Math.min(
      Math.max(Math.round(number), least ?? Number.NEGATIVE_INFINITY),
      most ?? Number.MAX_SAFE_INTEGER,
    );
    return String(near);
  }
  const lacksScheme = /https? URL/.test(problem) && /^[\w.-]+(:\d+)?(\/.*)?$/.test(typed.trim());
  if (!lacksScheme) return undefined;
  const isLocal = /^(localhost|127\.|10\.|192\.168\.)/.test(typed.trim());
  return `${isLocal ? 'http' : 'https'}://${typed.trim()}`;
}

/** An entry's line in its list: the first thing that people know it by. */
export function entryText(entry: unknown, at: number): string {
  const fields: Record<string, unknown> = typeof entry === 'object' && entry !== null ? { ...entry } : {};
  const known = ['name', 'prefix', 'base-url'].map((name) => fields[name]).find((value) => typeof value === 'string');
  const key = Object.entries(fields).find(([name]) => name.endsWith('api-key'))?.[1];
  const parts = [known ?? words.entry(at), ...(key === undefined ? [] : [secretText(key)])];
  return parts.join(' · ');
}

export type EntryDraft = Readonly<Record<string, string | boolean>>;

/** An entry as its form shows it; secrets are empty, which leaves them as they are. */
export function entryDraft(fields: readonly SettingField[], entry: Readonly<Record<string, unknown>>): EntryDraft {
  return Object.fromEntries(
    fields.map(({ name, kind, secret, pair }) => {
      const value = entry[name];
      if (kind === 'switch') return [name, value === true];
      if (secret || value === undefined) return [name, ''];
      if (kind === 'pairs') return [name, pairLines(value, pair)];
      return [name, Array.isArray(value) ? value.join(', ') : String(value)];
    }),
  );
}

const between = ' = ';

/** `name = alias`, a line each; what has no second part is its first alone. */
function pairLines(value: unknown, pair: readonly [string, string] | undefined): string {
  const pairs = Array.isArray(value)
    ? value.map((one: Record<string, unknown>) => (pair ?? []).map((key) => one[key]))
    : Object.entries(value ?? {});
  return pairs.map((parts) => parts.filter((part) => part !== undefined).join(between)).join('\n');
}

function typedField({ kind, pair }: SettingField, typed: string): unknown {
  if (kind !== 'pairs') return typedValue({ kind }, typed);
  const lines = typed.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return null;
  const pairs = lines.map((line) => {
    const [first = '', ...rest] = line.split(between);
    return [first.trim(), rest.join(between).trim()] as const;
  });
  if (!pair) return Object.fromEntries(pairs);
  return pairs.map(([first, second]) => ({ [pair[0]]: first, ...(second === '' ? {} : { [pair[1]]: second }) }));
}

/** The entry that a draft makes of the one that was shown; what the form does not show stays. */
export function entryOf(
  fields: readonly SettingField[],
  before: Readonly<Record<string, unknown>>,
  draft: EntryDraft,
): Record<string, unknown> {
  const entry: Record<string, unknown> = { ...before };
  for (const field of fields) {
    const given = draft[field.name];
    const value = typeof given === 'boolean' ? given : typedField(field, given ?? '');
    if (value !== null) entry[field.name] = value;
    else if (!field.secret) delete entry[field.name];
  }
  return entry;
}
