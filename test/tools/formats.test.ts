import { describe, expect, it } from 'vitest';
import { withChanges, withOriginals } from '../../main/tools/edit.ts';
import { type FormatName, formats } from '../../main/tools/formats/format.ts';
import type { Change } from '../../main/tools/tool.ts';

interface Case {
  title: string;
  format: FormatName;
  before: string;
  changes: Change[];
  after: string;
}

const ampUrl = { path: ['amp.url'], value: 'U' };
const claude = [
  { path: ['env', 'URL'], value: 'U' },
  { path: ['env', 'KEY'], value: 'K' },
];
const codex = [
  { path: ['model_provider'], value: 'fusebox' },
  { path: ['model_providers', 'fusebox'], value: { name: 'Fusebox', base_url: 'U' } },
];
const table = '[model_providers.fusebox]\nname = "Fusebox"\nbase_url = "U"\n';
const list = [{ path: ['models', { where: 'id', is: 'a' }], value: { id: 'a' } }];

const cases: Case[] = [
  { title: 'an empty file', format: 'jsonc', before: '', changes: [ampUrl], after: '{\n  "amp.url": "U"\n}\n' },
  { title: 'an empty object', format: 'jsonc', before: '{}', changes: [ampUrl], after: '{\n  "amp.url": "U"\n}' },
  {
    title: 'an object of remarks',
    format: 'jsonc',
    before: '{\n  // nothing yet\n}\n',
    changes: [ampUrl],
    after: '{\n  // nothing yet\n  "amp.url": "U"\n}\n',
  },
  {
    title: 'remarks before and after values',
    format: 'jsonc',
    before: '// mine\n{\n  // one\n  "a": 1 // of a\n  // the end\n}\n',
    changes: [ampUrl],
    after: '// mine\n{\n  // one\n  "a": 1, // of a\n  "amp.url": "U"\n  // the end\n}\n',
  },
  {
    title: 'a comma at the end',
    format: 'jsonc',
    before: '{\n  "a": 1, // of a\n}',
    changes: [ampUrl],
    after: '{\n  "a": 1, // of a\n  "amp.url": "U",\n}',
  },
  {
    title: 'tabs and Windows line ends',
    format: 'jsonc',
    before: '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}\r\n',
    changes: claude,
    after: '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t},\r\n\t"env": {\r\n\t\t"URL": "U",\r\n\t\t"KEY": "K"\r\n\t}\r\n}\r\n',
  },
  {
    title: 'a byte order mark',
    format: 'jsonc',
    before: '\uFEFF{"a": 1}',
    changes: [ampUrl],
    after: '\uFEFF{"a": 1, "amp.url": "U"}',
  },
  { title: 'one line', format: 'jsonc', before: '{ "a": 1 }', changes: [ampUrl], after: '{ "a": 1, "amp.url": "U" }' },
  {
    title: 'a value of the owner, of which the last one counts',
    format: 'jsonc',
    before: '{\n  "amp.url": "old",\n  "amp.url": "new" /* why */\n}\n',
    changes: [ampUrl],
    after: '{\n  "amp.url": "old",\n  "amp.url": "U" /* why */\n}\n',
  },
  {
    title: 'a list with an element of the owner',
    format: 'jsonc',
    before: '{\n  "models": [\n    { "id": "x" } // mine\n  ]\n}\n',
    changes: list,
    after: '{\n  "models": [\n    { "id": "x" }, // mine\n    {\n      "id": "a"\n    }\n  ]\n}\n',
  },
  {
    title: 'an empty file',
    format: 'toml',
    before: '',
    changes: codex,
    after: `model_provider = "fusebox"\n\n${table}`,
  },
  {
    title: 'a table and remarks',
    format: 'toml',
    before: '# mine\nmodel = "x" # why\n\n# servers\n[mcp_servers.a]\ncommand = "c"\n',
    changes: codex,
    after: `# mine\nmodel = "x" # why\nmodel_provider = "fusebox"\n\n# servers\n[mcp_servers.a]\ncommand = "c"\n\n${table}`,
  },
  {
    title: 'only tables, without a line end',
    format: 'toml',
    before: '[a]\nb = """\nmodel_provider = "no"\n[c]\n"""',
    changes: codex,
    after: `model_provider = "fusebox"\n\n[a]\nb = """\nmodel_provider = "no"\n[c]\n"""\n\n${table.trimEnd()}`,
  },
  {
    title: 'values of its own',
    format: 'toml',
    before: 'model_provider = "mine" # keep\r\n\r\n[model_providers.fusebox]\r\nname = "old"\r\n\r\n[z]\r\nq = 1\r\n',
    changes: codex,
    after: `model_provider = "fusebox" # keep\r\n\r\n${table.replaceAll('\n', '\r\n')}\r\n[z]\r\nq = 1\r\n`,
  },
  {
    title: 'a file without a line end',
    format: 'dotenv',
    before: '# a\nexport A=1',
    changes: [{ path: ['B'], value: 'x y' }],
    after: "# a\nexport A=1\nB='x y'",
  },
  {
    title: 'a value of its own',
    format: 'dotenv',
    before: 'B="old" # why\r\nA=1\r\n',
    changes: [{ path: ['B'], value: 'x' }],
    after: 'B=x # why\r\nA=1\r\n',
  },
];

describe('writing into a file', () => {
  it.each(cases)('$format: changes nothing else in $title', ({ format, before, changes, after }) => {
    expect(withChanges(formats[format], before, changes)).toBe(after);
  });

  it.each(cases)('$format: leaves alone what is written already: $title', ({ format, changes, after }) => {
    expect(withChanges(formats[format], after, changes)).toBe(after);
  });
});

describe('taking our values out again, where others have written too', () => {
  it.each([
    {
      format: 'jsonc' as const,
      now: '{\n  "a": 1, // of a\n  "amp.url": "U"\n  // the end\n}\n',
      original: '{}',
      paths: [['amp.url']],
      after: '{\n  "a": 1 // of a\n  // the end\n}\n',
    },
    {
      format: 'jsonc' as const,
      now: '{\n  "env": {\n    "URL": "U",\n    "KEY": "K"\n  },\n  "b": 2\n}\n',
      original: undefined,
      paths: claude.map(({ path }) => path),
      after: '{\n  "b": 2\n}\n',
    },
    {
      format: 'jsonc' as const,
      now: '{ "env": { "URL": "U", "MINE": 1 } }',
      original: '{ "env": { "URL": "before" } }',
      paths: [['env', 'URL']],
      after: '{ "env": { "URL": "before", "MINE": 1 } }',
    },
    {
      format: 'jsonc' as const,
      now: '{\n  "models": [\n    { "id": "x" },\n    { "id": "a" }\n  ]\n}\n',
      original: '{}',
      paths: list.map(({ path }) => path),
      after: '{\n  "models": [\n    { "id": "x" }\n  ]\n}\n',
    },
    {
      format: 'toml' as const,
      now: `model = "y"\nmodel_provider = "fusebox"\n\n${table}\n[projects]\na = 1\n`,
      original: 'model = "x"\n',
      paths: codex.map(({ path }) => path),
      after: 'model = "y"\n\n[projects]\na = 1\n',
    },
    { format: 'dotenv' as const, now: 'A=1\nB=U\nC=3\n', original: 'A=1\n', paths: [['B']], after: 'A=1\nC=3\n' },
    {
      format: 'jsonc' as const,
      now: '{\n  "amp.url": "U"\n}\n',
      original: undefined,
      paths: [['amp.url']],
      after: undefined,
    },
  ])('$format: $now', ({ format, now, original, paths, after }) => {
    expect(withOriginals(formats[format], now, paths, original)).toBe(after);
  });
});

describe('a file that cannot take our values', () => {
  it.each([
    ['jsonc', '{ "a": }', /is not valid JSON \(line 1\)/],
    ['jsonc', '[1]', /something else than a JSON object/],
    ['jsonc', '{ "env": 1 }', /something else than an object above URL/],
    ['toml', 'a = ', /is not valid TOML \(line 1\)/],
    ['toml', 'model_providers = { a = { name = "x" } }', /cannot be changed in place|not valid TOML/],
  ] as const)('%s: %s', (format, text, words) => {
    const changes = format === 'toml' ? codex : claude;
    expect(() => withChanges(formats[format], text, changes)).toThrow(words);
  });
});
