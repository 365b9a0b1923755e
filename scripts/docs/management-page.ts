import { openApiDocument } from '../../main/gateway/management/open-api.ts';
import type { RouteSpec } from '../../main/gateway/management/route.ts';
import { type ManagementCalls, managementRoutes } from '../../main/gateway/management/routes.ts';
import { code, escapeText, table } from './markdown.ts';
import { fillTables } from './marked-tables.ts';

/** docs/management-api.md with its tables as the sources have them now; the prose is the page's own. */
export function managementPage(current: string): string {
  const all = specs();
  const own = all.filter(({ group }) => group !== 'CLIProxyAPI');
  const groups = [...new Set(own.map(({ group }) => group))];
  return fillTables(current, [
    { name: 'routes', text: groups.map((group) => `### ${group}\n\n${routeTable(own, group)}`).join('\n\n') },
    { name: 'cliproxy-served', text: pathTable(all.filter(({ group }) => group === 'CLIProxyAPI')) },
    { name: 'cliproxy-missing', text: table(['Route', 'Why not'], notServed) },
  ]);
}

/** docs/openapi.json; the running Fusebox answers the same with its own version. */
export function openApiText(version: string): string {
  return `${JSON.stringify(openApiDocument(specs(), version), null, 2)}\n`;
}

function specs(): RouteSpec[] {
  // Routes are only listed here: none of them is called.
  const nobody = new Proxy({}, { get: () => undefined }) as ManagementCalls;
  return managementRoutes(nobody).map(({ spec }) => spec);
}

/** Methods of one path that take the same share a row. */
function routeTable(all: readonly RouteSpec[], group: string): string {
  const rows = new Map<string, { methods: string[]; cells: string[] }>();
  for (const spec of all.filter((one) => one.group === group)) {
    const cells = [takes(spec), escapeText(spec.summary), escapeText(spec.answer.about)];
    const key = [spec.path, ...cells].join('\n');
    const methods = [...(rows.get(key)?.methods ?? []), spec.method];
    rows.set(key, { methods, cells: [code(spec.path), ...cells] });
  }
  return table(
    ['Method', 'Path', 'Takes', 'Does', 'Answers'],
    [...rows.values()].map(({ methods, cells }) => [methods.join(', '), ...cells]),
  );
}

/** A row for each path, in the words of its first method. */
function pathTable(all: readonly RouteSpec[]): string {
  const paths = [...new Set(all.map(({ path }) => path))];
  const rows = paths.map((path) => {
    const specs = all.filter((one) => one.path === path);
    const taken = [...new Set(specs.map(takes).filter((part) => part !== ''))].join('; ');
    const [{ summary, answer } = { summary: '', answer: { about: '' } }] = specs;
    const methods = specs.map(({ method }) => method).join(', ');
    return [methods, code(path), taken, escapeText(summary), escapeText(answer.about)];
  });
  return table(['Methods', 'Path', 'Takes', 'What it is', 'The first one answers'], rows);
}

function takes({ path, query, body, onlyLocal, method }: RouteSpec): string {
  const document = openApiDocument(
    [
      {
        method,
        path,
        group: '',
        summary: '',
        answer: { status: 200, about: '' },
        ...(query ? { query } : {}),
        ...(body ? { body } : {}),
      },
    ],
    '',
  ) as { paths: Record<string, Record<string, Operation>> };
  const operation = document.paths[path]?.[method.toLowerCase()];
  const asked = (operation?.parameters ?? []).filter((one) => one.in === 'query');
  const question = asked.map(({ name, required }) => code(required ? name : `${name}?`)).join(', ');
  const given = fieldsOf(operation?.requestBody?.content['application/json'].schema);
  return [question, given, onlyLocal ? '*local token only*' : ''].filter((part) => part !== '').join('; ');
}

interface Schema {
  properties?: Record<string, unknown>;
  required?: string[];
  anyOf?: Schema[];
  type?: string;
}

interface Operation {
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

function fieldsOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.anyOf) return [...new Set(schema.anyOf.map(fieldsOf))].join(' or ');
  if (schema.type === 'array') return 'a list';
  if (!schema.properties) return 'a block of settings';
  const names = Object.keys(schema.properties).map((name) => (schema.required?.includes(name) ? name : `${name}?`));
  return code(`{${names.join(', ')}}`);
}

/** Routes of CLIProxyAPI (its server's list of November 2026, and older ones that scripts still call). */
const notServed: string[][] = [
  [
    '`GET`, `PUT /config.yaml`',
    'Would show every secret of the file. `GET /config` has it masked, `PATCH /settings` changes it',
  ],
  [
    '`GET /auth-files/download`, `POST /auth-files`',
    'No route returns or takes tokens. `fusebox import` and `fusebox export` move accounts',
  ],
  ['`DELETE /auth-files?all=true`', 'One mistyped call would cost every sign-in. Remove accounts by name'],
  ['`POST /api-call`', "Calls any address with an account's token: whoever has the key would have the tokens"],
  ['`DELETE /logs`', 'Traces are not deleted from afar; the log has a size limit of its own'],
  [
    '`GET /request-error-logs`, `GET /request-log-by-id/…`',
    'Bodies of requests do not leave the machine; `GET /journal/…` tells what happened to a request',
  ],
  [
    '`GET /usage-queue`, `GET /api-key-usage`',
    'Reading takes records away, so that two readers spoil each other. `GET /journal` has pages, `GET /events` is live',
  ],
  [
    '`GET /usage/export`, `POST /usage/import`',
    '`GET /journal/export`; figures that somebody else brings in would say nothing',
  ],
  [
    '`generative-language-api-key`, `xai-api-key`, `request-retry`, `ws-auth`, `usage-statistics-enabled`, `error-logs-max-files`',
    'The setting has no effect in Fusebox ([configuration.md](configuration.md#accepted-but-not-used-yet))',
  ],
  ['`POST /vertex/import`', '`fusebox login vertex` takes the key file'],
  ['`GET /latest-version`', 'The tray application looks for updates; the command line has its package manager'],
  [
    '`plugins`, `/v0/resource/plugins/…`, `management.html`',
    'There are no native plug-ins, and no page that is downloaded at run time',
  ],
  ['`packycode`, `force-gpt-5-codex`', 'Gone from CLIProxyAPI too'],
];
