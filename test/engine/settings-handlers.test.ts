import { expect, test } from 'vitest';
import { settingsHandlers } from '../../main/engine/calls/settings-handlers.ts';
import { settingChange } from '../../preload/settings-view.ts';
import { memorySettings } from '../desktop/memory-settings.ts';

test('settings are described, read without their secrets, and changed', async () => {
  const parts = memorySettings({ port: 9001 }, { ampcode: { 'upstream-api-key': 'sgamp_user_of_this_test_1234' } });
  const handlers = settingsHandlers(parts);
  expect(handlers['settings.describe']()).toMatchObject({ file: '/data/settings.json' });
  expect(handlers['settings.get']()).toEqual({
    values: expect.objectContaining({ port: 9001, 'ampcode.upstream-api-key': '[redacted …1234]' }),
  });
  await handlers['settings.set']({ path: ['desktop', 'hide-emails'], value: true });
  expect(parts.settings.current().desktop['hide-emails']).toBe(true);
});

test('a refusal is in the schema’s words alone', async () => {
  const handlers = settingsHandlers(memorySettings());
  const change = { path: ['ampcode', 'credit-guard'], value: 'many' };
  await expect(handlers['settings.set'](change)).rejects.toMatchObject({
    code: 'settings',
    message: '`ampcode.credit-guard` must be a whole number',
  });
});

test.each([
  { path: [], value: 1 },
  { path: [-1], value: 1 },
  { path: ['a'], value: 1, by: 'me' },
])('a change like %j is refused before the settings are asked', (change) =>
  expect(settingChange.safeParse(change).success).toBe(false),
);
