import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Place } from '../desktop/app.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/screenshots');
const fadeMs = 250;
const themes = ['light', 'dark'] as const;

/** Takes a picture in both themes, as `NAME-light.png` and `NAME-dark.png`. */
export async function picture(page: Page, place: Place, name: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, forcedColors: 'none', reducedMotion: 'reduce' });
    await expose(page, place, `${name}-${colorScheme}`);
  }
}

/** Takes one picture as under a contrast theme of the system, as `NAME-contrast.png`. */
export async function contrastPicture(page: Page, place: Place, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' });
  await expose(page, place, `${name}-contrast`);
}

async function expose(page: Page, place: Place, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A pointer or a caret that is there by chance tells nothing.
  await page.mouse.move(0, 0);
  // Colours fade into those of another theme.
  await page.waitForTimeout(fadeMs);
  await tidy(page, place);
  await page.screenshot({ path: path.join(folder, `${name}.png`), caret: 'hide' });
}

/** Ports and folders of this run, as they would be on somebody's computer. */
async function tidy(page: Page, { dataDir, home, port }: Place): Promise<void> {
  const spoken = [
    [dataDir, '/home/sam/.local/share/fusebox'],
    [home, '/home/sam'],
    [String(port), '8317'],
  ];
  await page.evaluate(`(() => {
    const words = ${JSON.stringify(spoken)};
    const said = (text) =>
      words
        .reduce((all, [from, to]) => all.replaceAll(from, to), text)
        .replace(/by node \\(process \\d+\\)/, 'by python3 (process 4121)')
        .replace(/http:\\/\\/127\\.0\\.0\\.1:(?!8317)\\d+/g, 'https://gateway.company.example')
        .replace(/^Use port \\d+/, 'Use port 8318');
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data } = texts.currentNode;
      if (said(data) !== data) texts.currentNode.data = said(data);
    }
    for (const field of document.querySelectorAll('input')) if (said(field.value) !== field.value) field.value = said(field.value);
  })()`);
}
