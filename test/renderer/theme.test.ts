import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(path.resolve(import.meta.dirname, '../../renderer/theme.css'), 'utf8');
const [lightPart = '', darkPart = ''] = css.split('@media (prefers-color-scheme: dark)');
const themes = { light: colours(lightPart), dark: { ...colours(lightPart), ...colours(darkPart) } };

const contrastCss = readFileSync(path.resolve(import.meta.dirname, '../../renderer/contrast.css'), 'utf8');
const [moreLight = '', moreDark = ''] = contrastCss.split('and (prefers-color-scheme: dark)');
const clearThemes = {
  light: { ...themes.light, ...colours(moreLight) },
  // The rules for more contrast hold in the dark theme as well, before its own.
  dark: { ...themes.dark, ...colours(moreLight), ...colours(moreDark) },
};

/** Text needs 4.5:1, shapes that carry meaning 3:1. https://www.w3.org/TR/WCAG22/#contrast-minimum, #non-text-contrast */
const texts: readonly [string, readonly string[]][] = [
  ['ink', ['canvas', 'surface', 'lit', 'raised', 'bad-wash', 'warn-wash']],
  ['soft', ['canvas', 'surface', 'lit', 'raised', 'warn-wash']],
  ['accent-ink', ['accent']],
  ['bad', ['surface', 'lit', 'raised', 'bad-wash']],
  ['accent-text', ['surface', 'lit', 'raised']],
];
const shapes: readonly [string, readonly string[]][] = [
  ['accent', ['canvas', 'surface', 'raised']],
  ['accent-text', ['surface']],
  ['good', ['surface', 'raised']],
  ['warn', ['surface', 'raised', 'warn-wash']],
  ['bad', ['surface', 'raised', 'bad-wash']],
  ['control', ['surface', 'lit', 'raised']],
  ['surface', ['ink']],
];

describe.each(Object.entries(themes))('in the %s theme', (_, theme) => {
  test.each(pairs(texts))('text in %s can be read on %s', (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(shapes))('shapes in %s can be told from %s', (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(3);
  });
});

describe.each(Object.entries(clearThemes))('in the %s theme with more contrast', (_, theme) => {
  test.each(pairs(texts))('text in %s stands out from %s', (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(7);
  });

  test.each(pairs(shapes))('shapes in %s stand out from %s', (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs([['line', ['canvas', 'surface']]]))('a %s can be seen on %s', (front, back) => {
    expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(3);
  });
});

test('the window is filled with the canvas colour of its theme before the page has painted', () => {
  const source = readFileSync(path.resolve(import.meta.dirname, '../../main/desktop/window.ts'), 'utf8');
  expect(source).toContain(`light: '${themes.light.canvas}', dark: '${themes.dark.canvas}'`);
});

function pairs(table: readonly [string, readonly string[]][]): [string, string][] {
  return table.flatMap(([front, backs]) => backs.map((back): [string, string] => [front, back]));
}

function colours(part: string): Record<string, string> {
  const found = part.matchAll(/^\s+--([\w-]+): (#[0-9a-f]{6});$/gm);
  return Object.fromEntries(Array.from(found, ([, name, value]) => [name, value]));
}

function contrast(theme: Record<string, string>, front: string, back: string): number {
  const [lighter = 0, darker = 0] = [luminance(theme[front]), luminance(theme[back])].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string | undefined): number {
  if (!colour) throw new Error('the theme lacks a colour');
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
