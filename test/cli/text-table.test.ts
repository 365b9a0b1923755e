import { describe, expect, it } from 'vitest';
import { textTable } from '../../main/cli/text-table.ts';

describe('a table on a terminal', () => {
  it('has columns as wide as their widest cell, and no spaces at the end', () => {
    const rows = [
      ['Name', 'State'],
      ['a longer one', ''],
      ['b', 'ready'],
    ];
    expect(textTable(rows)).toEqual(['Name          State', 'a longer one', 'b             ready']);
    expect(textTable(rows, { indent: '  ' })[2]).toBe('  b             ready');
    expect(textTable([])).toEqual([]);
  });

  it('that is narrow loses nothing: the widest columns give way, and their cells go on below', () => {
    const rows = [
      ['Claude', 'you@example.com', 'cooling; back at 14:05 (too many requests)', '5f0c-11'],
      ['ChatGPT', 'me', 'ready', '77aa-12'],
    ];
    const lines = textTable(rows, { width: 50 });
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(50);
    expect(lines).toEqual([
      'Claude   you@example.com  cooling; back    5f0c-11',
      '                          at 14:05 (too',
      '                          many requests)',
      'ChatGPT  me               ready            77aa-12',
    ]);
    const letters = (text: string) => text.replaceAll(/\s/g, '').split('').sort().join('');
    const narrowest = textTable(rows, { width: 1 });
    expect(letters(narrowest.join(''))).toBe(letters(rows.flat().join('')));
    expect(Math.max(...narrowest.map(({ length }) => length))).toBeLessThanOrEqual(4 * 8 + 3 * 2);
  });

  it('counts wide letters twice and accents not at all', () => {
    const rows = [
      ['日本語', 'x'],
      ['e\u0301te\u0301', 'x'],
      ['🚀', 'x'],
      ['abcdef', 'x'],
    ];
    expect(textTable(rows)).toEqual(['日本語  x', 'e\u0301te\u0301     x', '🚀      x', 'abcdef  x']);
  });

  it('lets no control character through: names come from clients', () => {
    expect(textTable([['gpt-5\u001b[2J\u0007', 'a\nb\u202e']])).toEqual(['gpt-5?[2J?  a?b?']);
  });
});
