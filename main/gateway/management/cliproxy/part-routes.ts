import { z } from 'zod';
import { nested } from '../../../settings/change.ts';
import { valueAt } from '../../../settings/describe.ts';
import { InvalidArgument, NotKnown } from '../arguments.ts';
import type { Route } from '../route.ts';
import { type SettingsCalls, writeSettings } from '../settings-routes.ts';

/** Blocks of lists by provider, and how CLIProxyAPI calls the list in a body. */
const byProvider = [
  { key: 'oauth-excluded-models', list: 'models' },
  { key: 'oauth-model-alias', list: 'aliases' },
] as const;

/** Lists within Amp's settings, and the field by which an entry is found. */
const byName = [
  { path: ['ampcode', 'model-mappings'], name: 'from' },
  { path: ['ampcode', 'upstream-api-keys'], name: 'upstream-api-key' },
] as const;

const group = 'CLIProxyAPI';
const saved = { status: 200, about: '`{"status": "ok"}`' } as const;
const word = z.string().trim().min(1).max(4096);
const which = { provider: word.optional(), channel: word.optional() };

/** The routes that change a part of a block or list; GET and PUT of the whole are in setting-routes.ts. */
export function cliproxyPartRoutes(settings: SettingsCalls): Route[] {
  return [
    ...byProvider.flatMap(({ key, list }) => providerRoutes(settings, key, list)),
    ...byName.flatMap(({ path, name }) => entryRoutes(settings, path, name)),
  ];
}

function providerRoutes(settings: SettingsCalls, key: string, list: string): Route[] {
  const body = z.strictObject({ ...which, [list]: z.array(z.unknown()) });
  const query = z.strictObject(which);
  const at = ({ provider, channel }: z.infer<typeof query>) => {
    const name = (channel ?? provider)?.toLowerCase();
    if (name === undefined) throw new InvalidArgument('provider: is missing');
    return [key, name];
  };
  const without = (path: string[]) => {
    if (valueAt(settings.current(), path) === undefined)
      throw new NotKnown('There is no such provider in this setting');
    return nested(path, null);
  };
  return [
    {
      spec: {
        ...{ method: 'PATCH', path: `/${key}`, group, body, answer: saved },
        summary: `Sets the list of one provider in ${key}; an empty one takes it out`,
      },
      handle(input) {
        const given = body.parse(input.body) as z.infer<typeof query> & Record<string, unknown>;
        const entries = given[list] as unknown[];
        const patch = entries.length > 0 ? nested(at(given), entries) : without(at(given));
        return writeSettings(settings, patch, input.by).then(() => ({ status: 'ok' }));
      },
    },
    {
      spec: {
        ...{ method: 'DELETE', path: `/${key}`, group, query, answer: saved },
        summary: `Takes one provider out of ${key}`,
      },
      handle: ({ query: asked, by }) =>
        writeSettings(settings, without(at(query.parse(asked))), by).then(() => ({ status: 'ok' })),
    },
  ];
}

function entryRoutes(settings: SettingsCalls, path: readonly string[], name: string): Route[] {
  const at = `/${path.join('/')}`;
  const nameOf = (entry: unknown) => String(valueAt(entry, [name]) ?? '').trim();
  const now = () => valueAt(settings.current(), path) as readonly unknown[];
  const changed = z.strictObject({ value: z.array(z.record(z.string(), z.unknown())).min(1) });
  const removed = z.strictObject({ value: z.array(word).min(1).describe(`By their ${name}`) });
  return [
    {
      spec: {
        ...{ method: 'PATCH', path: at, group, body: changed, answer: saved },
        summary: `Adds entries to ${path.join('.')}, in place of those with the same ${name}`,
      },
      handle(input) {
        const { value } = changed.parse(input.body);
        const names = value.map(nameOf);
        const kept = now().map((entry) => value[names.indexOf(nameOf(entry))] ?? entry);
        const added = value.filter((entry) => !kept.includes(entry));
        return writeSettings(settings, nested(path, [...kept, ...added]), input.by).then(() => ({ status: 'ok' }));
      },
    },
    {
      spec: {
        ...{ method: 'DELETE', path: at, group, body: removed, answer: saved },
        summary: `Takes entries out of ${path.join('.')}`,
      },
      handle(input) {
        const { value } = removed.parse(input.body);
        const kept = now().filter((entry) => !value.includes(nameOf(entry)));
        return writeSettings(settings, nested(path, kept), input.by).then(() => ({ status: 'ok' }));
      },
    },
  ];
}
