import { z } from 'zod';
import type { SettingView } from '../../../preload/settings-view.ts';
import { keepChange, nested } from '../../settings/change.ts';
import { valueAt } from '../../settings/describe.ts';
import { maskedSetting } from '../../settings/masked.ts';
import { nearestKey } from '../../settings/nearest-key.ts';
import { redirectsIn } from '../../settings/redirects.ts';
import { keysUnder, nodeAt, settingTree } from '../../settings/setting-tree.ts';
import { changesOf, type SettingChange, type SettingsStore } from '../../settings/store.ts';
import { GatewayError } from '../errors.ts';
import type { AdmittedBy } from './admission.ts';
import { NotKnown } from './arguments.ts';
import type { Handlers, RouteSpec } from './route.ts';

export interface SettingsCalls extends Pick<SettingsStore, 'current' | 'problem' | 'update'> {
  /** Every setting that can be changed by itself. */
  describe(): SettingView[];
}

const group = 'Settings';
const done = { status: 204, about: 'In force' } as const;

/** As in SettingView. */
const shape = {
  kind: z.enum(['switch', 'choice', 'number', 'text', 'texts', 'entries']).describe('entries: a list of blocks'),
  about: z.string(),
  secret: z.boolean().describe('Its values are never shown'),
  choices: z.array(z.string()).optional(),
  least: z.number().optional(),
  most: z.number().optional(),
  mayBeEmpty: z.boolean().optional().describe('An empty text means something else than the default'),
};
const field = z.object({
  ...shape,
  kind: z.enum([...shape.kind.options, 'pairs']).describe('pairs: a block of texts by name, or blocks of two texts'),
  name: z.string(),
  required: z.boolean(),
  pair: z.tuple([z.string(), z.string()]).optional().describe('The keys of those two texts'),
});
const described = z.object({
  settings: z.array(
    z.object({
      ...shape,
      key: z.string().describe('Dotted, as in docs/configuration.md'),
      path: z.array(z.string()),
      default: z.unknown().optional(),
      fields: z.array(field).optional().describe('Of the entries of a list'),
      page: z.literal('models').optional().describe('Where the window has it, if not on its page of settings'),
      noEffect: z.string().optional().describe('Why it does nothing on this system'),
      localToken: z.literal(true).optional().describe('Changing it takes the local token'),
    }),
  ),
});

/** Keys are dotted, as in docs/configuration.md. */
export const settingsSpecs = {
  all: {
    ...{ method: 'GET', path: '/settings', group, summary: 'The settings in force; secrets are masked' },
    answer: { status: 200, about: 'settings, and problem where the latest change could not be used' },
  },
  patch: {
    ...{ method: 'PATCH', path: '/settings', group },
    summary: 'Changes the named settings and keeps them: blocks are merged, lists replaced, null is the default',
    body: z.record(z.string().max(200), z.unknown()),
    answer: done,
  },
  /** Before the next one, which would take it for a key. */
  describe: {
    ...{ method: 'GET', path: '/settings/describe', group },
    summary: 'What every setting is: its kind, choices or bounds, its default, and a word on it',
    answer: { status: 200, about: 'settings: a list of SettingView', schema: described },
  },
  get: {
    ...{ method: 'GET', path: '/settings/{key}', group, summary: 'One setting or block; secrets are masked' },
    answer: { status: 200, about: 'key and value; the value is null where there is none' },
  },
  set: {
    ...{
      method: 'PUT',
      path: '/settings/{key}',
      group,
      summary: 'Changes one setting and keeps it; null is the default',
    },
    body: z.strictObject({ value: z.unknown() }),
    answer: done,
  },
  clear: {
    ...{ method: 'DELETE', path: '/settings/{key}', group, summary: 'Goes back to the default' },
    answer: done,
  },
} as const satisfies Record<string, RouteSpec>;

export function settingsHandlers(settings: SettingsCalls): Handlers<typeof settingsSpecs> {
  return {
    all() {
      const problem = settings.problem();
      return { settings: maskedSetting(settings.current()), ...(problem === undefined ? {} : { problem }) };
    },
    describe: () => ({
      settings: settings.describe().map((view) => {
        const change = { path: view.path, value: undefined };
        return decidesWhereSecretsGo(change) ? { ...view, localToken: true } : view;
      }),
    }),
    patch: ({ body, by }) => writeSettings(settings, body, by),
    get({ params: { key = '' } }) {
      const path = pathOf(key);
      return { key, value: maskedSetting(valueAt(settings.current(), path) ?? null, path) };
    },
    set: ({ params: { key = '' }, body, by }) => writeSettings(settings, nested(pathOf(key), body.value ?? null), by),
    clear: ({ params: { key = '' }, by }) => writeSettings(settings, nested(pathOf(key), null), by),
  };
}

/** Keeps a change. Rejects with SettingsError, which names what does not fit, or GatewayError. */
export async function writeSettings(settings: SettingsCalls, patch: object, by: AdmittedBy): Promise<void> {
  const changes = changesOf(patch);
  const isRedirect = redirectsIn(settings.current(), patch).length > 0;
  if (by !== 'token' && (isRedirect || changes.some(decidesWhereSecretsGo))) throw new GatewayError('management_local');
  await keepChange(settings, patch);
}

/** With these somebody who has the key could have tokens sent to a server of their own, or keep the owner out. */
const onlyLocal = [
  ['remote-management'],
  ['endpoints'],
  ['ampcode', 'upstream-url'],
  ['amp-upstream-url'],
  ['oauth-clients'],
  ['auth-dir'],
  ['models-file'],
];

function decidesWhereSecretsGo({ path }: SettingChange): boolean {
  return onlyLocal.some((key) => path.every((part, at) => key[at] === undefined || key[at] === part));
}

/** Throws NotKnown, with the nearest key, where there is no such setting. */
function pathOf(key: string): string[] {
  const path = key.split('.');
  const root = settingTree();
  if (path.length <= 10 && nodeAt(root, path)) return path;
  const parent = path.slice(0, -1);
  const within = parent.length <= 10 ? nodeAt(root, parent) : undefined;
  const near = nearestKey(path.at(-1) ?? '', keysUnder(within ?? root));
  const full = [...(within ? parent : []), near].join('.');
  throw new NotKnown(`There is no such setting${near === undefined ? '' : `; the nearest key is ${full}`}`);
}
