import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { desktopMemory } from '../../main/desktop/memory.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fusebox-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = { x: 1, y: 2, width: 960, height: 640 };

test('what was remembered is there for the next run, one thing beside the other', () => {
  const file = path.join(folder, 'desktop.json');
  expect(desktopMemory(file).read()).toEqual({});
  desktopMemory(file).remember({ window: place });
  desktopMemory(file).remember({ toldAboutTray: true });
  expect(desktopMemory(file).read()).toEqual({ window: place, toldAboutTray: true });
});

test.each(['', '{', '[]', '{"window":{"x":"left"}}'])('a damaged file (%s) is an empty memory', (text) => {
  const file = path.join(folder, 'damaged.json');
  writeFileSync(file, text);
  expect(desktopMemory(file).read()).toEqual({});
});
