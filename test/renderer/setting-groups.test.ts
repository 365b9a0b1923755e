import { expect, test } from 'vitest';
import { describeSettings } from '../../main/settings/describe.ts';
import { foundSettings, grouped, groupOf } from '../../renderer/settings/setting-groups.ts';
import { text } from '../../renderer/text/en.ts';

const all = describeSettings({ desktop: true, tray: true, platform: 'linux' });
const keysIn = (id: string) =>
  grouped(all)
    .find((group) => group.id === id)
    ?.settings.map(({ key }) => key);

test('every setting is in a group of its own kind', () => {
  expect(all.filter((setting) => groupOf(setting) === 'more').map(({ key }) => key)).toEqual([]);
  expect(grouped(all).flatMap(({ settings }) => settings)).toHaveLength(all.length);
  expect(keysIn('desktop')).toEqual(expect.arrayContaining(['desktop.theme', 'desktop.close']));
  expect(keysIn('desktop')).not.toContain('desktop.notifications.low-quota');
  expect(keysIn('notifications')).toHaveLength(5);
});

test('a group without settings is shown only where it is asked for', () => {
  const some = all.filter(({ path }) => path[0] === 'port');
  expect(grouped(some).map(({ id }) => id)).toEqual(['gateway']);
  expect(grouped(some, ['about']).map(({ id }) => id)).toEqual(['gateway', 'about']);
});

test('the catalogue names only settings that exist', () => {
  const keys = new Set(all.map(({ key }) => key));
  const named = [text.settings.titles, text.settings.consequences, text.settings.choices].flatMap(Object.keys);
  expect(named.filter((key) => !keys.has(key))).toEqual([]);
});

test('a search finds by title, key, description and group, every word of it', () => {
  const found = (query: string) => foundSettings(all, query).map(({ key }) => key);
  expect(found('THEME window')).toContain('desktop.theme');
  expect(found('credit-guard')).toEqual(['ampcode.credit-guard']);
  expect(found('port taken')).toEqual(['desktop.notifications.port-conflict']);
  expect(found('zebra')).toEqual([]);
  expect(found(' ')).toHaveLength(all.length);
});
