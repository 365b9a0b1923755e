import { z } from 'zod';
import { nested } from '../../../settings/change.ts';
import { valueAt } from '../../../settings/describe.ts';
import { maskedSetting } from '../../../settings/masked.ts';
import type { AdmittedBy } from '../admission.ts';
import type { Route, RouteSpec } from '../route.ts';
import { type SettingsCalls, writeSettings } from '../settings-routes.ts';

/** Single settings that CLIProxyAPI's management API has routes for, under the path that it gives them. */
const values: readonly (readonly string[])[] = [
  ['debug'],
  ['logging-to-file'],
  ['logs-max-total-size-mb'],
  ['request-log'],
  ['proxy-url'],
  ['max-retry-credentials'],
  ['max-retry-interval'],
  ['force-model-prefix'],
  ['routing', 'strategy'],
  ['quota-exceeded', 'switch-project'],
  ['quota-exceeded', 'switch-preview-model'],
  ['ampcode', 'upstream-url'],
  ['ampcode', 'upstream-api-key'],
  ['ampcode', 'restrict-management-to-localhost'],
  ['ampcode', 'force-model-mappings'],
];

/** Lists and blocks that are replaced as a whole. */
const wholes: readonly (readonly string[])[] = [
  ['ampcode', 'upstream-api-keys'],
  ['ampcode', 'model-mappings'],
  ['oauth-excluded-models'],
  ['oauth-model-alias'],
];

const group = 'CLIProxyAPI';
const ok = { status: 'ok' };
const saved = { status: 200, about: '`{"status": "ok"}`' } as const;

const oneValue = z.strictObject({ value: z.unknown() });
/** A list or block comes bare, or as `items` or `value`. */
const wholeValue = z.union([
  oneValue,
  z.strictObject({ items: z.array(z.unknown()) }),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

export function cliproxySettingRoutes(settings: SettingsCalls): Route[] {
  const write = (path: readonly string[], value: unknown, by: AdmittedBy) =>
    writeSettings(settings, nested(path, value), by).then(() => ok);
  const read = (path: readonly string[]) => ({
    [path.at(-1) ?? '']: maskedSetting(valueAt(settings.current(), path) ?? '', path),
  });
  return [
    {
      spec: spec('GET', '/config', 'The settings in force; secrets are masked', 'All settings'),
      handle: () => maskedSetting(settings.current()),
    },
    {
      spec: spec('GET', '/ampcode', 'The settings of Amp; secrets are masked', '`{"ampcode": …}`'),
      handle: () => ({ ampcode: maskedSetting(settings.current().ampcode, ['ampcode']) }),
    },
    ...[...values, ...wholes].flatMap((path): Route[] => {
      const at = `/${path.join('/')}`;
      const name = path.join('.');
      const isWhole = wholes.includes(path);
      const body = isWhole ? wholeValue : oneValue;
      const methods = isWhole ? (['PUT'] as const) : (['PUT', 'PATCH'] as const);
      return [
        {
          spec: spec('GET', at, `The setting ${name}`, `\`{"${path.at(-1)}": …}\``),
          handle: () => read(path),
        },
        ...methods.map(
          (method): Route => ({
            spec: { method, path: at, group, summary: `Sets ${name}`, body, answer: saved },
            handle: (input) => write(path, valueIn(input.body), input.by),
          }),
        ),
        // Of a list or block part-routes.ts takes single entries out: a DELETE that names none must not empty it.
        ...(isWhole ? [] : [cleared(at, name, (by) => write(path, null, by))]),
      ];
    }),
  ];
}

function cleared(path: string, name: string, clear: (by: AdmittedBy) => unknown): Route {
  return {
    spec: { method: 'DELETE', path, group, summary: `Sets ${name} back to its default`, answer: saved },
    handle: ({ by }) => clear(by),
  };
}

function spec(method: RouteSpec['method'], path: string, summary: string, about: string): RouteSpec {
  return { method, path, group, summary, answer: { status: 200, about } };
}

/** The new value of a body by CLIProxyAPI's conventions; blank text is the default there as it is here. */
export function valueIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if ('value' in body) return body.value;
  return 'items' in body ? body.items : body;
}
