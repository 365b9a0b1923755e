import type ElectronStore from 'electron-store';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type DesktopConfig, openDesktopStore } from '../../main/settings/desktop-store.ts';
import { hashKey } from '../../main/settings/hashed-key.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import type { SettingsPatch } from '../../main/settings/store.ts';

/** Keeps values as electron-store does: as JSON text, with a call for each change, its own included. */
class MemoryConfig implements DesktopConfig {
  text: string;
  readonly callbacks = new Set<() => void>();

  constructor(values: unknown = {}) {
    this.text = JSON.stringify(values);
  }

  get store(): Record<string, unknown> {
    return JSON.parse(this.text);
  }

  set store(values: Record<string, unknown>) {
    this.edit(JSON.stringify(values));
  }

  /** As if the file was changed from outside. */
  edit(text: string): void {
    this.text = text;
    for (const callback of this.callbacks) callback();
  }

  onDidAnyChange(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }
}

/** The vault's part; `written` is every state that was kept. */
function sealedValues(initial: Record<string, unknown> = {}) {
  const written: Record<string, unknown>[] = [];
  return { written, read: () => initial, write: async (values: Record<string, unknown>) => void written.push(values) };
}

function open(values?: unknown, sealed = sealedValues()) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const config = new MemoryConfig(values);
  const store = openDesktopStore(config, sealed, { info: write, warn: write });
  const seen: number[] = [];
  store.onChange((settings) => seen.push(settings.port));
  return { config, store, lines, seen, sealed };
}

describe('the desktop settings', () => {
  it('are kept by electron-store', () => {
    expectTypeOf<ElectronStore<Record<string, unknown>>>().toExtend<DesktopConfig>();
  });

  it('are the defaults at first', () => {
    const { store } = open();
    expect(store.current()).toEqual(defaultSettings());
    expect(store.problem()).toBeUndefined();
  });

  it('keep an update, call the listeners once, and drop a value that is set to null', async () => {
    const { store, config, seen } = open({ debug: true });
    await store.update({ port: 9001, ampcode: { fallback: 'never', 'credit-guard': 3 } });
    await store.update({ debug: null, ampcode: { 'credit-guard': null } });
    expect(config.store).toEqual({ port: 9001, ampcode: { fallback: 'never' } });
    expect(store.current()).toMatchObject({
      port: 9001,
      debug: false,
      ampcode: { fallback: 'never', 'credit-guard': 500 },
    });
    expect(seen).toEqual([9001, 9001]);
  });

  it('refuse an update that does not fit and change nothing', async () => {
    const { store, config } = open();
    await expect(store.update({ port: 99_999 })).rejects.toThrow('`port` must be at most 65535');
    await expect(store.update({ host: '0.0.0.0' })).rejects.toThrow('`api-keys` is empty');
    expect(config.store).toEqual({});
    expect(store.current()).toEqual(defaultSettings());
  });

  it.each<[string, SettingsPatch, unknown]>([
    ['api-keys', { 'api-keys': ['abcdefgh'] }, { 'api-keys': ['abcdefgh'] }],
    ['an Amp token', { ampcode: { 'upstream-api-key': 'sgamp_a' } }, { ampcode: { 'upstream-api-key': 'sgamp_a' } }],
    ['lists with keys', { 'claude-api-key': [{ 'api-key': 'k' }] }, { 'claude-api-key': [{ 'api-key': 'k' }] }],
  ])('keep %s in the vault and out of the file', async (_, patch, kept) => {
    const { store, config, sealed, seen } = open({ port: 9001 });
    await store.update({ ...patch, debug: true });
    expect(sealed.written).toEqual([kept]);
    expect(config.store).toEqual({ port: 9001, debug: true });
    expect(store.current()).toMatchObject({ ...(kept as object), debug: true });
    expect(seen.length).toBeGreaterThan(0);
  });

  it('find their secrets in the vault, and forget them there', async () => {
    const { store, config, sealed } = open(
      { host: '0.0.0.0', ampcode: { fallback: 'never' } },
      sealedValues({ 'api-keys': ['abcdefgh'], ampcode: { 'upstream-api-key': 'sgamp_a' } }),
    );
    expect(store.problem()).toBeUndefined();
    expect(store.current()).toMatchObject({
      'api-keys': ['abcdefgh'],
      ampcode: { fallback: 'never', 'upstream-api-key': 'sgamp_a' },
    });
    await expect(store.update({ 'api-keys': null })).rejects.toThrow('`api-keys` is empty');
    await store.update({ host: null, ampcode: { 'upstream-api-key': null } });
    expect(sealed.written).toEqual([{ 'api-keys': ['abcdefgh'], ampcode: {} }]);
    expect(config.store).toEqual({ ampcode: { fallback: 'never' } });
    expect(store.current().ampcode['upstream-api-key']).toBeUndefined();
  });

  it('keep a hashed key in the file: it opens nothing', async () => {
    const hash = await hashKey('a-management-key');
    const { store, config, sealed } = open();
    await store.update({ 'remote-management': { 'secret-key': hash } });
    expect(config.store).toEqual({ 'remote-management': { 'secret-key': hash } });
    expect(sealed.written).toEqual([]);
  });

  it('change nothing when the vault does not take a secret', async () => {
    const refusing = { ...sealedValues(), write: () => Promise.reject(new Error('locked')) };
    const { store, config } = open({}, refusing);
    await expect(store.update({ 'api-keys': ['abcdefgh'], debug: true })).rejects.toThrow('locked');
    expect(config.store).toEqual({});
    expect(store.current()).toEqual(defaultSettings());
    await store.update({ debug: true });
    expect(store.current().debug).toBe(true);
  });

  it('keep every one of several changes at a time', async () => {
    const { store } = open();
    await Promise.all([
      store.update({ port: 9001 }),
      store.update({ 'api-keys': ['abcdefgh'] }),
      store.update({ debug: true }),
    ]);
    expect(store.current()).toMatchObject({ port: 9001, 'api-keys': ['abcdefgh'], debug: true });
  });

  it('leave out what cannot be used at the start and say so', async () => {
    const { store, config, lines } = open({
      port: 9001,
      prot: 1,
      debug: 'yes',
      'api-keys': ['abcdefgh'],
      host: '0.0.0.0',
    });
    expect(store.current()).toEqual({ ...defaultSettings(), port: 9001 });
    for (const key of ['prot', 'debug', 'api-keys', 'host']) expect(store.problem()).toContain(`\`${key}\``);
    expect(store.problem()).not.toContain('abcdefgh');
    expect(lines).toEqual([store.problem()]);
    await store.update({ port: 9002 });
    expect(config.store).toEqual({ port: 9002 });
    expect(store.problem()).toBeUndefined();
  });

  it('start with defaults when the file is not JSON', () => {
    const config = new MemoryConfig();
    config.text = '{';
    const store = openDesktopStore(config, sealedValues(), { info: () => {}, warn: () => {} });
    expect(store.current()).toEqual(defaultSettings());
    expect(store.problem()).toContain('not valid JSON');
  });

  it('follow a change from outside; a bad one leaves the last good settings in force', () => {
    const { store, config, seen } = open({ port: 9001 });
    config.edit('{"port":9002}');
    expect(store.current().port).toBe(9002);
    config.edit('{"port":"x"}');
    expect(store.current().port).toBe(9002);
    expect(store.problem()).toContain('`port` must be a whole number');
    config.edit('{');
    expect(store.problem()).toContain('not valid JSON');
    config.edit('{"port":9002}');
    expect(store.problem()).toBeUndefined();
    expect(seen).toEqual([9002, 9002, 9002, 9002]);
  });

  it('are no longer followed once closed', () => {
    const { store, config, seen } = open();
    store.close();
    config.edit('{"port":9002}');
    expect(seen).toEqual([]);
    expect(config.callbacks.size).toBe(0);
  });
});
