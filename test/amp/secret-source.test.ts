import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretSource, type SecretSourceDeps, secretCacheMs } from '../../main/amp/secret-source.ts';
import { type AmpSettings, defaultSettings } from '../../main/settings/schema.ts';

let home: string;
let file: string;
let now: number;
let settings: AmpSettings;
let env: Record<string, string | undefined>;
let stored: string | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'amp-secrets-'));
  file = join(home, '.local', 'share', 'amp', 'secrets.json');
  now = 1_000_000;
  settings = defaultSettings().ampcode;
  env = {};
  stored = undefined;
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function source(more: Partial<SecretSourceDeps> = {}) {
  const clock = { now: () => now, after: () => () => {} };
  return createSecretSource({
    settings: () => settings,
    storedToken: () => stored,
    env,
    homeDir: home,
    clock,
    ...more,
  });
}

function writeSecrets(content: unknown, path = file): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('precedence', () => {
  it('takes the token mapped to the client key first, then settings, the vault, the environment, the file', () => {
    settings = {
      ...settings,
      'upstream-api-key': ' from-settings ',
      'upstream-api-keys': [
        { 'upstream-api-key': 'mapped', 'api-keys': ['key-1', 'key-2'] },
        { 'upstream-api-key': 'second', 'api-keys': ['key-1'] },
      ],
    };
    stored = 'from-vault';
    env.AMP_API_KEY = 'from-environment';
    writeSecrets({ 'apiKey@https://ampcode.com/': 'from-file' });
    const secrets = source();
    expect(secrets.resolve('key-1')).toEqual({ token: 'mapped', source: 'settings' });
    expect(secrets.resolve('key-3')).toEqual({ token: 'from-settings', source: 'settings' });
    expect(secrets.resolve()).toEqual({ token: 'from-settings', source: 'settings' });
    settings = { ...settings, 'upstream-api-key': '  ' };
    expect(secrets.resolve()).toEqual({ token: 'from-vault', source: 'settings' });
    stored = undefined;
    expect(secrets.resolve()).toEqual({ token: 'from-environment', source: 'environment' });
    env.AMP_API_KEY = ' ';
    expect(secrets.resolve()).toEqual({ token: 'from-file', source: 'secrets-file' });
    rmSync(file);
    expect(secrets.resolve()).toEqual({ token: undefined });
  });

  it('looks in XDG_DATA_HOME before the home folder', () => {
    env.XDG_DATA_HOME = join(home, 'data');
    writeSecrets({ 'apiKey@https://ampcode.com/': 'at-home' });
    const secrets = source();
    expect(secrets.resolve()).toMatchObject({ token: 'at-home' });
    writeSecrets({ 'apiKey@https://ampcode.com/': 'in-xdg' }, join(home, 'data', 'amp', 'secrets.json'));
    expect(secrets.resolve()).toMatchObject({ token: 'in-xdg' });
  });
});

describe('the secrets file', () => {
  it.each([
    ['https://ampcode.com', 'apiKey@https://ampcode.com/'],
    ['https://ampcode.com', 'apiKey@https://ampcode.com'],
    ['https://amp.example/base/', 'apiKey@https://amp.example/base'],
    ['https://amp.example/base/', 'apiKey@https://amp.example/base/'],
  ])('finds the token of %s under %s', (url, field) => {
    settings = { ...settings, 'upstream-url': url };
    writeSecrets({ [field]: ' token ', 'apiKey@https://other.example/': 'wrong' });
    expect(source().resolve()).toEqual({ token: 'token', source: 'secrets-file' });
  });

  it('takes the token of another server as soon as the upstream changes', () => {
    writeSecrets({ 'apiKey@https://ampcode.com/': 'one', 'apiKey@https://other.example/': 'two' });
    const secrets = source();
    expect(secrets.resolve().token).toBe('one');
    settings = { ...settings, 'upstream-url': 'https://other.example' };
    expect(secrets.resolve().token).toBe('two');
  });

  it('ignores blank values and values that are no text', () => {
    writeSecrets({ 'apiKey@https://ampcode.com': 7, 'apiKey@https://ampcode.com/': 'token', other: null });
    expect(source().resolve().token).toBe('token');
    writeSecrets({ 'apiKey@https://ampcode.com/': '   ' });
    expect(source().resolve()).toEqual({ token: undefined });
  });

  it('is read again at once when it is rewritten, replaced, removed or first created', () => {
    const secrets = source();
    expect(secrets.resolve()).toEqual({ token: undefined });
    writeSecrets({ 'apiKey@https://ampcode.com/': 'first' });
    expect(secrets.resolve().token).toBe('first');
    writeSecrets({ 'apiKey@https://ampcode.com/': 'second-longer' });
    expect(secrets.resolve().token).toBe('second-longer');
    writeSecrets({ 'apiKey@https://ampcode.com/': 'third--longer' }, `${file}.tmp`);
    renameSync(`${file}.tmp`, file);
    expect(secrets.resolve().token).toBe('third--longer');
    rmSync(dirname(file), { recursive: true });
    expect(secrets.resolve()).toEqual({ token: undefined });
  });

  it.each([
    ['broken', '{"apiKey@https://ampcode.com/": "sgamp_secret_value"', 'is not valid JSON'],
    ['a list', '["sgamp_secret_value"]', 'does not hold a JSON object'],
  ])('is a problem without its content when it is %s, and works again once repaired', (_, content, text) => {
    writeSecrets(content);
    const secrets = source();
    const result = secrets.resolve();
    expect(result).toEqual({ token: undefined, problem: `${file} ${text}` });
    expect(secrets.describe()).toEqual({ source: 'none', problem: `${file} ${text}` });
    expect(JSON.stringify(result)).not.toContain('sgamp');
    writeSecrets({ 'apiKey@https://ampcode.com/': 'repaired' });
    expect(secrets.resolve()).toEqual({ token: 'repaired', source: 'secrets-file' });
    expect(secrets.describe()).toEqual({ source: 'secrets-file' });
  });

  it('is a problem when it cannot be read', () => {
    mkdirSync(file, { recursive: true });
    expect(source().resolve()).toEqual({ token: undefined, problem: `${file} cannot be read (EISDIR)` });
  });

  it('does not stand in the way of a token that is found elsewhere', () => {
    writeSecrets('{');
    env.AMP_API_KEY = 'token';
    expect(source().resolve()).toEqual({ token: 'token', source: 'environment' });
    expect(source().describe()).toEqual({ source: 'environment' });
  });
});

describe('the cache', () => {
  function counted(content: () => string) {
    let reads = 0;
    const read = () => {
      reads++;
      return content();
    };
    const files = { signature: () => 'same', read };
    return { secrets: source({ files }), reads: () => reads };
  }

  it('keeps a found token five minutes while the file looks unchanged', () => {
    const { secrets, reads } = counted(() => '{"apiKey@https://ampcode.com/":"token"}');
    secrets.resolve();
    now += secretCacheMs.hit - 1;
    const afterFirst = reads();
    expect(secrets.resolve().token).toBe('token');
    expect(reads()).toBe(afterFirst);
    now += 1;
    secrets.resolve();
    expect(reads()).toBe(afterFirst + 1);
  });

  it.each([
    ['without a token', '{}'],
    ['with a syntax error', '{'],
  ])('keeps a file %s 15 seconds only', (_, content) => {
    let current = content;
    const { secrets } = counted(() => current);
    expect(secrets.resolve().token).toBeUndefined();
    current = '{"apiKey@https://ampcode.com/":"token"}';
    now += secretCacheMs.miss - 1;
    expect(secrets.resolve().token).toBeUndefined();
    now += 1;
    expect(secrets.resolve().token).toBe('token');
  });

  it('is emptied by invalidate', () => {
    let current = '{}';
    const { secrets } = counted(() => current);
    secrets.resolve();
    current = '{"apiKey@https://ampcode.com/":"token"}';
    secrets.invalidate();
    expect(secrets.resolve().token).toBe('token');
  });

  it('answers in well under a millisecond', () => {
    writeSecrets({ 'apiKey@https://ampcode.com/': 'token' });
    const secrets = source();
    secrets.resolve();
    const start = performance.now();
    for (let round = 0; round < 2_000; round++) secrets.resolve('key');
    expect((performance.now() - start) / 2_000).toBeLessThan(0.5);
  });

  it('notices a change that leaves size and content age alike', () => {
    writeSecrets({ 'apiKey@https://ampcode.com/': 'aaaa' });
    utimesSync(file, 1, 1);
    const secrets = source();
    secrets.resolve();
    writeSecrets({ 'apiKey@https://ampcode.com/': 'bbbb' }, `${file}.tmp`);
    utimesSync(`${file}.tmp`, 1, 1);
    renameSync(`${file}.tmp`, file);
    expect(secrets.resolve().token).toBe('bbbb');
  });
});

describe('what a client presents', () => {
  it('matches the token that would be sent, and nothing else', () => {
    settings = {
      ...settings,
      'upstream-api-key': 'ours',
      'upstream-api-keys': [{ 'upstream-api-key': 'of-key-1', 'api-keys': ['key-1'] }],
    };
    const secrets = source();
    expect(secrets.matches('ours')).toBe(true);
    expect(secrets.matches('our')).toBe(false);
    expect(secrets.matches('')).toBe(false);
    expect(secrets.matches('of-key-1')).toBe(false);
    settings = defaultSettings().ampcode;
    expect(secrets.matches('')).toBe(false);
  });
});

it('does not use a value that no header can carry, and says where it is', () => {
  env.AMP_API_KEY = 'two\nlines';
  const result = source().resolve();
  expect(result).toEqual({
    token: undefined,
    problem: 'AMP_API_KEY holds a value with characters that cannot be sent',
  });
  writeSecrets({ 'apiKey@https://ampcode.com/': 'token' });
  expect(source().resolve()).toEqual({ token: 'token', source: 'secrets-file' });
});
