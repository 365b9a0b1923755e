import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../../main/gateway/errors.ts';
import { parseSettings } from '../../main/settings/parse.ts';
import { exampleSettings } from '../../scripts/docs/example-settings.ts';
import { renderPages } from '../../scripts/docs/pages.ts';

describe('the generated pages', () => {
  it.each(renderPages())('$path is up to date (if not: npm run docs)', async ({ path, text }) => {
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('show settings of every level, marks and defaults', () => {
    const text = renderPages().find(({ path }) => path.endsWith('configuration.md'))?.text ?? '';
    expect(text).toContain('| `port` | whole number, 0 to 65535 | `8317` | Port to listen on; 0 takes a free one. |');
    expect(text).toContain('| `api-keys` *secret* | list of texts | none |');
    expect(text).toContain('| `upstream-url` | URL or empty | `https://ampcode.com` |');
    expect(text).toContain('| `restrict-management-to-localhost` | true or false | `true` |');
    expect(text).toContain('### `ampcode.model-mappings[]`');
    expect(text).toContain('| `from` | text | *required* |');
    expect(text).toContain('### `claude-api-key[].models[]`');
    expect(text).toContain('| `gemini-api-key` |');
    expect(text).not.toContain('undefined');
  });

  it('list every error', () => {
    const text = renderPages().find(({ path }) => path.endsWith('errors.md'))?.text ?? '';
    for (const [code, { status }] of Object.entries(errorTable)) expect(text).toContain(`| ${status} | \`${code}\` |`);
  });

  it('hold an example that loads as it stands', () => {
    expect(parseSettings(exampleSettings, { file: 'example.yaml' })).toMatchObject({ ok: true, warnings: [] });
  });
});
