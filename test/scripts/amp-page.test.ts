import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAmpSurface } from '../../main/amp/inference-surface.ts';
import { createModelMapping } from '../../main/amp/model-mapping.ts';
import { ampRoutes } from '../../main/amp/routes.ts';
import { parseSettings } from '../../main/settings/parse.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import { geminiSuffixes } from '../../scripts/docs/amp-page.ts';
import { fillTables } from '../../scripts/docs/marked-tables.ts';

const page = readFileSync('docs/amp.md', 'utf8');

/** The cells of a table's rows, without its head. */
function rowsOf(name: string): string[][] {
  const text = page.split(`<!-- table ${name} -->`)[1]?.split(`<!-- end ${name} -->`)[0] ?? '';
  const lines = text.trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const unquoted = (cell = '') => cell.replaceAll('`', '');

describe('docs/amp.md', () => {
  const surface = createAmpSurface({
    mapping: () => createModelMapping(defaultSettings().ampcode),
    fallback: { reachable: () => false, forward: async () => ({ status: 404 }) },
  });

  it('names only model routes that are served, in the wire format that it says', () => {
    const rows = rowsOf('model-routes');
    expect(rows.length).toBeGreaterThan(geminiSuffixes.length);
    for (const [method = '', suffix, format] of rows) {
      const path = `/api/provider/any${unquoted(suffix)}`
        .replace('<model>', 'm')
        .replace('<action>', 'generateContent');
      const route = surface.match(method, path);
      const named = {
        anthropic: 'Anthropic',
        'openai-chat': 'Chat',
        'openai-responses': 'Responses',
        gemini: 'Gemini',
      };
      expect(format).toContain(route && named[route.wireFormat]);
    }
  });

  it('has a row for each account route', () => {
    expect(rowsOf('account-routes').map(([path]) => unquoted(path))).toEqual(ampRoutes.map(({ path }) => path));
  });

  it('says which credential goes to Amp', () => {
    const byKind = Object.fromEntries(rowsOf('credentials').map(([kind = '', ...cells]) => [kind, cells]));
    expect(byKind.account).toEqual(["Fusebox's token", "the client's token", '502 `amp_token_missing`']);
    expect(byKind['sign-in']?.[2]).toBe('sent without');
    expect(byKind.actor?.[0]).toBe('as the client sent it');
  });

  it('shows settings that load as they stand, and JSON that is JSON', () => {
    const blocks = [...page.matchAll(/^```(yaml|json)\n([\s\S]*?)^```/gm)];
    expect(blocks.map(([, language]) => language).sort()).toEqual(['json', 'yaml']);
    for (const [, language, text = ''] of blocks) {
      if (language === 'json') expect(() => JSON.parse(text)).not.toThrow();
      else expect(parseSettings(text, { file: 'amp.yaml' })).toMatchObject({ ok: true, warnings: [] });
    }
  });
});

describe('a page with marked tables', () => {
  const marked = (content: string) => `before\n<!-- table a -->${content}<!-- end a -->\nafter\n`;

  it('gets them anew, however often, and keeps the rest', () => {
    const once = fillTables(marked('\nold\n'), [{ name: 'a', text: '| new |' }]);
    expect(once).toBe(marked('\n\n| new |\n\n'));
    expect(fillTables(once, [{ name: 'a', text: '| new |' }])).toBe(once);
  });

  it('is refused without a place for a table, or with a place that has none', () => {
    expect(() => fillTables('text', [{ name: 'a', text: '' }])).toThrow('no place for the table a');
    expect(() => fillTables(marked(''), [])).toThrow('no table a');
  });
});
