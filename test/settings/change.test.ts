import { describe, expect, test } from 'vitest';
import { changeSetting, keepChange } from '../../main/settings/change.ts';
import { isHashedKey } from '../../main/settings/hashed-key.ts';
import { maskedSetting } from '../../main/settings/masked.ts';
import { memorySettings } from '../desktop/memory-settings.ts';

const key = (name: string) => `sk-ant-api03-${name}-of-this-test-only`;
const claudeKeys = [
  { 'api-key': key('one'), prefix: 'work', headers: { 'x-team': 'blue-team-header' } },
  { 'api-key': key('two') },
];

function open() {
  const { settings } = memorySettings(
    { port: 9001 },
    { 'api-keys': ['first-key', 'second-key'], 'claude-api-key': claudeKeys },
  );
  return settings;
}

describe('one setting', () => {
  test('is changed, and goes back to its default', async () => {
    const settings = open();
    await changeSetting(settings, { path: ['timeouts', 'idle'], value: 5 });
    expect(settings.current().timeouts.idle).toBe(5);
    await changeSetting(settings, { path: ['timeouts', 'idle'], value: null });
    expect(settings.current().timeouts.idle).toBe(120);
  });

  test('that does not fit is refused with the words of the schema', async () => {
    const settings = open();
    await expect(changeSetting(settings, { path: ['port'], value: 70_000 })).rejects.toThrow(
      '`port` must be at most 65535',
    );
    await expect(changeSetting(settings, { path: ['prot'], value: 1 })).rejects.toThrow(
      'the nearest valid key is `port`',
    );
    await expect(changeSetting(settings, { path: ['__proto__', 'port'], value: 1 })).rejects.toThrow(
      'is not a setting',
    );
    expect(settings.current().port).toBe(9001);
  });

  test('that holds a password keeps it when its mask comes back', async () => {
    const settings = open();
    await changeSetting(settings, { path: ['proxy-url'], value: 'http://me:hunter22@proxy:1' });
    await changeSetting(settings, { path: ['proxy-url'], value: 'http://[redacted]@proxy:1' });
    expect(settings.current()['proxy-url']).toBe('http://me:hunter22@proxy:1');
    const moved = { path: ['proxy-url'], value: 'http://[redacted]@other:1' };
    await expect(changeSetting(settings, moved)).rejects.toThrow('mask in place of a secret');
  });
});

describe('an entry of a list', () => {
  test('is added, replaced and taken out', async () => {
    const settings = open();
    await changeSetting(settings, { path: ['api-keys', 2], value: 'third-key' });
    await changeSetting(settings, { path: ['api-keys', 0], value: 'other-key' });
    await changeSetting(settings, { path: ['api-keys', 1], value: null });
    expect(settings.current()['api-keys']).toEqual(['other-key', 'third-key']);
  });

  test('keeps the secrets whose masks come back with it', async () => {
    const settings = open();
    const [shown] = maskedSetting(settings.current()['claude-api-key'], ['claude-api-key']) as object[];
    await changeSetting(settings, { path: ['claude-api-key', 0], value: { ...shown, prefix: 'home' }, seen: shown });
    expect(settings.current()['claude-api-key'][0]).toMatchObject({ ...claudeKeys[0], prefix: 'home' });
    expect(settings.current()['claude-api-key'][1]).toMatchObject({ 'api-key': key('two') });
  });

  test('is changed in one field', async () => {
    const settings = open();
    await changeSetting(settings, { path: ['claude-api-key', 1, 'prefix'], value: 'second' });
    await changeSetting(settings, { path: ['claude-api-key', 0, 'prefix'], value: null });
    expect(settings.current()['claude-api-key']).toMatchObject([{ 'api-key': key('one') }, { prefix: 'second' }]);
    expect(settings.current()['claude-api-key'][0]).not.toHaveProperty('prefix');
  });

  test('is left alone when another one stands there by now', async () => {
    const settings = open();
    const [, shown] = maskedSetting(settings.current()['claude-api-key'], ['claude-api-key']) as object[];
    await changeSetting(settings, { path: ['claude-api-key', 0], value: null });
    const late = { path: ['claude-api-key', 0], value: null, seen: { ...shown, prefix: 'work' } };
    await expect(changeSetting(settings, late)).rejects.toThrow('has changed meanwhile');
    expect(settings.current()['claude-api-key']).toHaveLength(1);
  });

  test('cannot smuggle a mask in', async () => {
    const settings = open();
    const moved = { path: ['api-keys', 2], value: '[redacted …abcd]' };
    await expect(changeSetting(settings, moved)).rejects.toThrow('mask in place of a secret');
  });
});

test('the management key is kept as its hash', async () => {
  const settings = open();
  await keepChange(settings, { 'remote-management': { 'secret-key': ' a-management-key ', 'allow-remote': true } });
  const { 'secret-key': kept, 'allow-remote': remote } = settings.current()['remote-management'];
  expect([isHashedKey(kept), remote]).toEqual([true, true]);
});
