import { z } from 'zod';
import { maskedSetting } from '../../../settings/masked.ts';
import type { AdmittedBy } from '../admission.ts';
import { InvalidArgument, NotKnown } from '../arguments.ts';
import type { Route } from '../route.ts';
import { type SettingsCalls, writeSettings } from '../settings-routes.ts';
import { valueIn } from './setting-routes.ts';

/** Lists of keys and of blocks, and the field that names a block. */
const lists = [
  { key: 'api-keys', name: undefined },
  { key: 'claude-api-key', name: 'api-key' },
  { key: 'codex-api-key', name: 'api-key' },
  { key: 'gemini-api-key', name: 'api-key' },
  { key: 'vertex-api-key', name: 'api-key' },
  { key: 'openai-compatibility', name: 'name' },
] as const;
type List = (typeof lists)[number];

const group = 'CLIProxyAPI';
const ok = { status: 'ok' };
const saved = { status: 200, about: '`{"status": "ok"}`' } as const;
const index = z.coerce.number().int().min(0).max(100_000);
const text = z.string().min(1).max(4096);

const replacement = z.union([z.array(z.unknown()), z.strictObject({ items: z.array(z.unknown()) })]);
const change = z.strictObject({
  index: index.optional(),
  /** Of a list of keys: the key to be replaced, or added when there is none such. */
  old: text.optional(),
  new: text.optional(),
  /** Of a list of blocks: the key or name of the block. */
  match: text.optional(),
  name: text.optional(),
  /** The whole new entry: what is left out is not taken over from the old one. */
  value: z.unknown().optional(),
});
const which = z.strictObject({
  index: index.optional(),
  value: text.optional(),
  'api-key': text.optional(),
  name: text.optional(),
});

/** The routes that change a list entry by entry. Reads are masked; an entry is replaced as a whole. */
export function cliproxyListRoutes(settings: SettingsCalls): Route[] {
  return lists.flatMap((list): Route[] => {
    const { key } = list;
    const path = `/${key}`;
    const now = (): readonly unknown[] => settings.current()[key];
    const write = (entries: readonly unknown[], by: AdmittedBy) =>
      writeSettings(settings, { [key]: entries }, by).then(() => ok);
    return [
      {
        spec: {
          ...{ method: 'GET', path, group, summary: `The list ${key}; secrets are masked` },
          answer: { status: 200, about: `\`{"${key}": […]}\`` },
        },
        handle: () => ({ [key]: maskedSetting(now(), [key]) }),
      },
      {
        spec: { method: 'PUT', path, group, summary: `Replaces ${key}`, body: replacement, answer: saved },
        handle: ({ body, by }) => write(valueIn(body) as unknown[], by),
      },
      {
        spec: { method: 'PATCH', path, group, summary: `Replaces an entry of ${key}`, body: change, answer: saved },
        // Checked before; this gives it its type.
        handle: ({ body, by }) => write(withChange(list, now(), change.parse(body)), by),
      },
      {
        spec: { method: 'DELETE', path, group, summary: `Removes an entry of ${key}`, query: which, answer: saved },
        handle({ query, by }) {
          const asked = which.parse(query);
          const at = placeOf(list, now(), asked.index, asked['api-key'] ?? asked.name ?? asked.value);
          if (at < 0) throw new NotKnown('There is no such entry');
          return write(now().toSpliced(at, 1), by);
        },
      },
    ];
  });
}

function withChange(list: List, entries: readonly unknown[], given: z.infer<typeof change>): unknown[] {
  const entry = list.name === undefined ? (given.value ?? given.new) : given.value;
  if (entry === undefined) throw new InvalidArgument('value: is missing');
  const at = placeOf(list, entries, given.index, given.old ?? given.match ?? given.name);
  if (at >= 0) return entries.toSpliced(at, 1, entry);
  // As in CLIProxyAPI, a key that was to be replaced and is not there is added.
  if (list.name === undefined && given.index === undefined) return [...entries, entry];
  throw new NotKnown('There is no such entry');
}

/** -1 when there is no such entry. Throws InvalidArgument when none is named. */
function placeOf(
  { name }: List,
  entries: readonly unknown[],
  index: number | undefined,
  value: string | undefined,
): number {
  if (index !== undefined) return index < entries.length ? index : -1;
  if (value === undefined) throw new InvalidArgument('index: name the entry, by its index or its value');
  return entries.findIndex((entry) => (name === undefined ? entry : fieldOf(entry, name)) === value);
}

function fieldOf(entry: unknown, name: string): unknown {
  return typeof entry === 'object' && entry !== null
    ? Object.entries(entry).find(([key]) => key === name)?.[1]
    : undefined;
}
