import { expect, test } from 'vitest';
import { describeSettings, settingValues } from '../../main/settings/describe.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import { withoutEffectOn } from '../../main/settings/without-effect.ts';

const system = { desktop: true, tray: true, platform: 'linux' } as const;
const described = describeSettings(system);
const of = (key: string) => described.find((setting) => setting.key === key);

test('every setting is described once, in words, with what it may be', () => {
  const keys = described.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(described.filter(({ about }) => about.length < 10)).toEqual([]);
  expect(described.filter(({ kind, choices }) => kind === 'choice' && !choices?.length)).toEqual([]);
  expect(of('port')).toMatchObject({ kind: 'number', least: 0, most: 65_535, default: 8317, secret: false });
  expect(of('timeouts.idle')).toMatchObject({ kind: 'number', least: 1, default: 120 });
  expect(of('timeouts.idle')).not.toHaveProperty('most');
  expect(of('cors-origins')).toMatchObject({ kind: 'texts', default: [] });
  expect(of('desktop.theme')).toMatchObject({
    kind: 'choice',
    choices: ['system', 'light', 'dark'],
    default: 'system',
  });
  expect(of('ampcode.upstream-url')).toMatchObject({ kind: 'text', mayBeEmpty: true, default: 'https://ampcode.com' });
});

test('a choice has each meaning once, and older spellings are not offered', () => {
  expect(of('routing.strategy')?.choices).toEqual(['round-robin', 'fill-first', 'weighted', 'most-room']);
  expect(of('amp-upstream-url')).toBeUndefined();
});

test('blocks by provider are settings of their own', () => {
  expect(of('endpoints.claude.api')).toMatchObject({ kind: 'text', path: ['endpoints', 'claude', 'api'] });
  expect(of('oauth-clients.iflow.client-secret')).toMatchObject({ secret: true });
  expect(of('oauth-excluded-models.codex')).toMatchObject({ kind: 'texts' });
});

test('secrets are told, in lists and in the fields of entries', () => {
  for (const key of ['api-keys', 'ampcode.upstream-api-key', 'remote-management.secret-key'])
    expect(of(key)).toMatchObject({ secret: true });
  const fields = of('claude-api-key')?.fields ?? [];
  expect(fields.find(({ name }) => name === 'api-key')).toMatchObject({ secret: true, required: true, kind: 'text' });
  expect(fields.find(({ name }) => name === 'priority')).toMatchObject({ kind: 'number', required: false });
  expect(fields.find(({ name }) => name === 'headers')).toMatchObject({ kind: 'pairs', secret: true });
  expect(fields.find(({ name }) => name === 'models')).toMatchObject({ pair: ['name', 'alias'], secret: false });
  const keys = of('openai-compatibility')?.fields?.find(({ name }) => name === 'api-key-entries');
  expect(keys).toMatchObject({ pair: ['api-key', 'proxy-url'], secret: true });
});

test('what the Models page edits leads there', () => {
  const elsewhere = described.filter(({ page }) => page === 'models').map(({ key }) => key);
  expect(elsewhere).toEqual(['ampcode.model-mappings', 'routing.chains', 'oauth-model-alias']);
});

test('what does nothing on this system says why', () => {
  expect(described.filter(({ noEffect }) => noEffect !== undefined)).toEqual([]);
  const bare = describeSettings({ ...system, tray: false, platform: 'freebsd', updatesOff: 'built here' });
  const idle = bare.filter(({ noEffect }) => noEffect !== undefined).map(({ key }) => key);
  expect(idle.sort()).toEqual(['desktop.check-for-updates', 'desktop.close', 'desktop.launch-at-login']);
  const served = describeSettings({ ...system, desktop: false });
  const ofTray = (key: string) => key.startsWith('desktop.') && key !== 'desktop.hide-emails';
  for (const { key, noEffect } of served) expect(noEffect !== undefined, key).toBe(ofTray(key));
});

test('each setting that is said to do nothing exists', () => {
  for (const where of [
    { ...system, desktop: false },
    { ...system, tray: false, platform: 'aix' as const, updatesOff: 'built here' },
  ]) {
    for (const { key } of withoutEffectOn(where))
      expect(
        described.some((setting) => `${setting.key}.`.startsWith(`${key}.`)),
        key,
      ).toBe(true);
  }
});

test('values are those in force, with every secret masked', () => {
  const settings = { ...defaultSettings(), port: 9001, 'api-keys': ['a-local-key-of-this-test-wxyz'] };
  const values = settingValues({ ...settings, 'proxy-url': 'http://me:hunter22@proxy:1' }, described);
  expect(values).toMatchObject({
    port: 9001,
    'api-keys': ['[redacted …wxyz]'],
    'proxy-url': 'http://[redacted]@proxy:1',
  });
  expect(values).not.toHaveProperty('models-file');
});
