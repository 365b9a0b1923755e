import { describe, expect, test } from 'vitest';
import type { SettingField, SettingView } from '../../preload/settings-view.ts';
import {
  entryDraft,
  entryOf,
  entryText,
  isChanged,
  nearestValue,
  problemText,
  secretText,
  settingTitle,
  typedValue,
  valueText,
} from '../../renderer/settings/setting-reading.ts';

const setting = (key: string, changes: Partial<SettingView> = {}): SettingView => ({
  key,
  path: key.split('.'),
  kind: 'text',
  about: '',
  secret: false,
  ...changes,
});

test.each([
  ['port', 'Port'],
  ['ampcode.credit-guard', 'Credit guard'],
  ['proxy-url', 'Proxy URL'],
  ['cors-origins', 'CORS origins'],
  ['endpoints.xai.api', 'xAI: API'],
  ['oauth-excluded-models.gemini-cli', 'Gemini cli'],
  ['desktop.theme', 'Theme'],
])('%s is called “%s”', (key, title) => expect(settingTitle(setting(key))).toBe(title));

test('values are in words', () => {
  expect(valueText(setting('a', { kind: 'switch' }), true)).toBe('On');
  expect(valueText(setting('a', { kind: 'texts' }), [])).toBe('none');
  expect(valueText(setting('a', { kind: 'number' }), 8317)).toBe('8317');
  expect(valueText(setting('a', { kind: 'number' }), 67_108_864)).toBe('67,108,864');
  expect(valueText(setting('desktop.theme', { kind: 'choice' }), 'system')).toBe('As the system');
  expect(valueText(setting('a'), undefined)).toBe('none');
});

test('a value is changed when it is not the default', () => {
  expect(isChanged({ default: [] }, ['a'])).toBe(true);
  expect(isChanged({ default: [] }, [])).toBe(false);
  expect(isChanged({}, undefined)).toBe(false);
  expect(isChanged({ default: 1 }, undefined)).toBe(false);
});

test.each([
  [undefined, 'Not set'],
  ['[redacted]', 'Set'],
  ['[redacted …wxyz]', 'Set, ends in wxyz'],
])('a secret that comes as %j is told as “%s”', (masked, shown) => expect(secretText(masked)).toBe(shown));

test('a problem is told without the key that stands beside it', () => {
  expect(problemText('`port` must be at most 65535', 'port')).toBe('Must be at most 65535.');
  expect(problemText('`a` must be one of `x`, `y`', 'a')).toBe('Must be one of “x”, “y”.');
  expect(problemText('The keychain is locked.', 'a')).toBe('The keychain is locked.');
});

describe('the nearest value', () => {
  const port = setting('port', { kind: 'number', least: 0, most: 65_535 });
  test.each([
    ['70000', '65535'],
    ['-1', '0'],
    ['8317.4', '8317'],
    ['1,024', '1024'],
    ['port 80', '80'],
    ['many', undefined],
  ])('to %s is %s', (typed, near) => expect(nearestValue(port, typed, '')).toBe(near));

  test('to an address without its scheme has one', () => {
    const problem = '`x` must be an http or https URL';
    expect(nearestValue(setting('x'), 'example.com/v1', problem)).toBe('https://example.com/v1');
    expect(nearestValue(setting('x'), 'localhost:8080', problem)).toBe('http://localhost:8080');
    expect(nearestValue(setting('x'), 'two words', problem)).toBeUndefined();
  });
});

test('what is typed becomes a value; nothing is the default, unless empty has a meaning', () => {
  expect(typedValue({ kind: 'number' }, ' 12 ')).toBe(12);
  expect(typedValue({ kind: 'number' }, 'twelve')).toBe('twelve');
  expect(typedValue({ kind: 'text' }, '  ')).toBeNull();
  expect(typedValue({ kind: 'text', mayBeEmpty: true }, '')).toBe('');
  expect(typedValue({ kind: 'texts' }, 'a, b,,')).toEqual(['a', 'b']);
});

describe('an entry', () => {
  const field = (name: string, changes: Partial<SettingField> = {}): SettingField => ({
    ...{ name, kind: 'text', about: '', secret: false, required: false },
    ...changes,
  });
  const fields = [
    field('api-key', { secret: true, required: true }),
    field('prefix'),
    field('priority', { kind: 'number' }),
    field('excluded-models', { kind: 'texts' }),
    field('disabled', { kind: 'switch' }),
  ];
  const before = {
    'api-key': '[redacted …wxyz]',
    prefix: 'work',
    models: [{ name: 'm' }],
    'excluded-models': ['a', 'b'],
  };

  test('is shown without its secret', () => {
    expect(entryDraft(fields, before)).toEqual({
      ...{ 'api-key': '', prefix: 'work', priority: '', 'excluded-models': 'a, b', disabled: false },
    });
    expect(entryText(before, 0)).toBe('work · Set, ends in wxyz');
    expect(entryText({}, 1)).toBe('Entry 2');
  });

  test('shows pairs a line each, and reads them back', () => {
    const models = field('models', { kind: 'pairs', pair: ['name', 'alias'] });
    const headers = field('headers', { kind: 'pairs', secret: true });
    const entry = { models: [{ name: 'a', alias: 'b' }, { name: 'c' }], headers: { 'x-team': '[redacted]' } };
    const draft = entryDraft([models, headers], entry);
    expect(draft).toEqual({ models: 'a = b\nc', headers: '' });
    expect(entryOf([models, headers], entry, draft)).toEqual(entry);
    const typed = { models: ' d = e \n\n', headers: 'x-team = blue = red' };
    expect(entryOf([models, headers], entry, typed)).toEqual({
      models: [{ name: 'd', alias: 'e' }],
      headers: { 'x-team': 'blue = red' },
    });
    expect(entryOf([models], entry, { models: '' })).not.toHaveProperty('models');
  });

  test('keeps its secret and what the form does not show', () => {
    const draft = { ...entryDraft(fields, before), prefix: '', priority: '3' };
    expect(entryOf(fields, before, draft)).toEqual({
      ...{ 'api-key': '[redacted …wxyz]', priority: 3, models: [{ name: 'm' }] },
      ...{ 'excluded-models': ['a', 'b'], disabled: false },
    });
    expect(entryOf(fields, before, { ...draft, 'api-key': 'new' })).toMatchObject({ 'api-key': 'new' });
  });
});
