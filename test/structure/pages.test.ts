import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './imports.ts';

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(projectRoot, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** Text without code blocks, in which paths and headings mean something else. */
function proseOf(page: string): string {
  return readFileSync(join(projectRoot, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** Targets of links and pictures, as they are written; other hosts' are left out. */
function linksIn(page: string): string[] {
  const prose = proseOf(page);
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)];
  return found.map(([, link, picture]) => link ?? picture ?? '').filter((target) => !/^[a-z]+:/.test(target));
}

/** Paths of the project that stand in backticks. */
function pathsIn(page: string): string[] {
  const named = proseOf(page).matchAll(/`((?:main|preload|renderer|test|scripts|docs|assets|bench)\/[^`\s]*)`/g);
  return [...named].map(([, path = '']) => path).filter((path) => !path.includes('*'));
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(projectRoot, file))) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

describe.each(pages)('%s', (page) => {
  test('links only to what is there', () => {
    expect(linksIn(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  test('names only files that exist', () => {
    expect(pathsIn(page).filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});

test('links and paths are found at all', () => {
  expect(linksIn('README.md')).toContain('docs/amp.md');
  expect(linksIn('README.md')).toContain('docs/screenshots/hero-light.png');
  expect(pathsIn('docs/architecture.md').length).toBeGreaterThan(30);
  expect(isBroken('docs/amp.md', '#no-such-heading')).toBe(true);
  expect(isBroken('README.md', 'docs/no-such-page.md')).toBe(true);
});
