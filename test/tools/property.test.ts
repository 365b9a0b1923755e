import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withChanges, withOriginals } from '../../main/tools/edit.ts';
import { formats } from '../../main/tools/formats/format.ts';
import { changedLines } from '../../main/tools/line-diff.ts';
import { makeBench } from './machine.ts';

const name = fc.constantFrom('a', 'amp.url', 'env', 'ANTHROPIC_BASE_URL', 'x y', '"', 'models');
const plain = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean(), fc.constant(null));
const tree = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, plain, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

const remarks = [' // a remark, with {"json": 1}', ' /* one */'];

/** JSON in one of the ways that people and programs write it. */
const jsonc = fc
  .record({
    value: tree.object,
    indent: fc.constantFrom(undefined, 2, 4, '\t'),
    eol: fc.constantFrom('\n', '\r\n'),
    remark: fc.constantFrom('', ...remarks),
    mark: fc.constantFrom('', '\uFEFF'),
    end: fc.constantFrom('', '\n', '\n\n'),
  })
  .map(({ value, indent, eol, remark, mark, end }) => {
    const text = JSON.stringify(value, null, indent);
    const isLong = text.includes('\n');
    const remarked = isLong ? text.replaceAll(/([,{[])$/gm, `$1${remark}`) : text;
    return mark + (remarked + end).replaceAll('\n', eol);
  });

const changes = [
  { path: ['amp.url'], value: 'http://127.0.0.1:8317' },
  { path: ['env', 'ANTHROPIC_BASE_URL'], value: 'http://127.0.0.1:8317' },
  { path: ['models', { where: 'id', is: 'ours' }], value: { id: 'ours', list: [1, 2] } },
];

/** Files that have something else where objects and lists belong are refused, which other tests are about. */
function takes(text: string): boolean {
  const { env, models, ...others } = formats.jsonc.read(text);
  // Remarks within a value that is replaced go with it.
  const isPlain = (value: unknown) => typeof value !== 'object' || value === null;
  if (
    !isPlain(others['amp.url']) ||
    !isPlain((env as { ANTHROPIC_BASE_URL?: unknown } | null | undefined)?.ANTHROPIC_BASE_URL)
  )
    return false;
  const isObject = env === undefined || (typeof env === 'object' && env !== null && !Array.isArray(env));
  return isObject && (models === undefined || Array.isArray(models));
}

it('changes only our values in any JSON, and takes exactly them out again', () => {
  fc.assert(
    fc.property(jsonc.filter(takes), (text) => {
      const after = withChanges(formats.jsonc, text, changes);
      expect(withChanges(formats.jsonc, after, changes)).toBe(after);
      const paths = changes.map(({ path }) => path);
      const back = withOriginals(formats.jsonc, after, paths, text);
      expect(formats.jsonc.read(back ?? '')).toEqual(formats.jsonc.read(text));
      for (const remark of remarks) expect(after.split(remark)).toHaveLength(text.split(remark).length);
    }),
    { numRuns: 400 },
  );
});

const pieces = fc.shuffledSubarray([
  '# a remark\n',
  '[mcp_servers.a] # why\ncommand = "c"\nargs = [\n  "x", # in a list\n  "]",\n]\n',
  '[mcp_servers.a.env]\nA = "1"\n',
  '[[items]]\nid = 1\n\n[[items]]\nid = 2\n',
  '[projects."/a b/[c]"]\ntrust_level = "trusted"\n',
  '[model_providers.mine]\nname = """\n[model_providers.fusebox]\nmodel_provider = "x""""\n',
  "[notes]\ntext = '''\n# no remark\n[no.table]\n'''\nwhen = 2026-11-22T10:00:00Z\ninline = { a = 1, b = [2] }\n",
  '\n',
]);
const toml = fc
  .record({
    root: fc.constantFrom('', 'model = "x" # mine\n', 'model_provider = "mine"\n', '"model_provider" = \'a\' # b\n'),
    pieces,
    eol: fc.constantFrom('\n', '\r\n'),
    isEnded: fc.boolean(),
  })
  .map(({ root, pieces: chosen, eol, isEnded }) => {
    const text = root + chosen.join('\n');
    return (isEnded ? text : text.trimEnd()).replaceAll('\n', eol);
  });

it('changes only our values in any TOML, and takes exactly them out again', () => {
  const ours = [
    { path: ['model_provider'], value: 'fusebox' },
    { path: ['model_providers', 'fusebox'], value: { name: 'Fusebox', base_url: 'http://127.0.0.1:8317/v1' } },
  ];
  fc.assert(
    fc.property(toml, (text) => {
      const after = withChanges(formats.toml, text, ours);
      expect(withChanges(formats.toml, after, ours)).toBe(after);
      for (const line of text.split(/\r?\n/))
        if (!line.includes('model_provider"')) expect(after).toContain(line.replace(/^model_provider = "mine"$/, ''));
      const back = withOriginals(
        formats.toml,
        after,
        ours.map(({ path }) => path),
        text,
      );
      expect(formats.toml.read(back ?? '')).toEqual(formats.toml.read(text));
    }),
    { numRuns: 300 },
  );
});

it('gives back any file byte for byte', async () => {
  const bench = await makeBench();
  const desk = bench.desk();
  await fc.assert(
    fc.asyncProperty(fc.option(jsonc.filter(takes), { nil: undefined }), async (text) => {
      const path = '.claude/settings.json';
      if (text === undefined) await bench.files.remove(bench.at(path));
      else await bench.write(path, text);
      await desk.connect({ id: 'claude-code' });
      await desk.connect({ id: 'claude-code' });
      await desk.restore({ id: 'claude-code' });
      expect(await bench.read(path)).toBe(text);
    }),
    { numRuns: 40 },
  );
});

it('shows lines that lead from one text to the other', () => {
  const lines = fc.array(fc.constantFrom<string>('a', 'b', 'c', '{', '}'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changed = changedLines(before, after);
      const gone = new Set(changed.flatMap(({ kind, line }) => (kind === 'removed' ? [line] : [])));
      const now = before.filter((_line, at) => !gone.has(at + 1));
      for (const { kind, line } of changed) if (kind === 'added') now.splice(line - 1, 0, after[line - 1] ?? '');
      expect(now).toEqual(after);
    }),
  );
});
