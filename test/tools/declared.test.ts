import { describe, expect, it } from 'vitest';
import { declaredTools } from '../../main/tools/declared.ts';
import { installedAt } from '../../main/tools/installed.ts';
import type { Machine, Tool } from '../../main/tools/tool.ts';
import { makeBench } from './machine.ts';

const machines: Record<string, Machine> = {
  linux: { platform: 'linux', env: {}, homeDir: '/home/me' },
  darwin: { platform: 'darwin', env: {}, homeDir: '/Users/me' },
  win32: { platform: 'win32', env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }, homeDir: 'C:\\Users\\me' },
};

function tool(id: string): Tool {
  const found = declaredTools.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
}

const filesOf = (id: string, machine: Machine) => tool(id).targets.map(({ file }) => file(machine));

describe('where the files of tools are', () => {
  it.each([
    ['linux', 'amp', ['/home/me/.config/amp/settings.json', '/home/me/.local/share/amp/secrets.json']],
    ['linux', 'vscode', ['/home/me/.config/Code/User/settings.json']],
    ['linux', 'vscodium', ['/home/me/.config/VSCodium/User/settings.json']],
    ['linux', 'claude-code', ['/home/me/.claude/settings.json']],
    ['linux', 'codex', ['/home/me/.codex/config.toml']],
    ['linux', 'gemini-cli', ['/home/me/.gemini/settings.json', '/home/me/.gemini/.env']],
    ['linux', 'droid', ['/home/me/.factory/settings.json']],
    ['darwin', 'amp', ['/Users/me/.config/amp/settings.json', '/Users/me/.local/share/amp/secrets.json']],
    ['darwin', 'cursor', ['/Users/me/Library/Application Support/Cursor/User/settings.json']],
    ['darwin', 'codex', ['/Users/me/.codex/config.toml']],
    ['win32', 'windsurf', ['C:\\Users\\me\\AppData\\Roaming\\Windsurf\\User\\settings.json']],
    ['win32', 'claude-code', ['C:\\Users\\me\\.claude\\settings.json']],
    ['win32', 'amp', ['C:\\Users\\me\\.config\\amp\\settings.json', 'C:\\Users\\me\\.local\\share\\amp\\secrets.json']],
  ])('on %s: %s', (platform, id, files) => {
    expect(filesOf(id, machines[platform] ?? { platform: 'linux', env: {}, homeDir: '/' })).toEqual(files);
  });

  it.each([
    [{ XDG_CONFIG_HOME: '/x', XDG_DATA_HOME: '/y' }, 'amp', ['/x/amp/settings.json', '/y/amp/secrets.json']],
    [{ AMP_SETTINGS_FILE: '/x/mine.json' }, 'amp', ['/x/mine.json', '/home/me/.local/share/amp/secrets.json']],
    [{ XDG_CONFIG_HOME: '/x' }, 'vscode', ['/x/Code/User/settings.json']],
    [{ CLAUDE_CONFIG_DIR: '/x' }, 'claude-code', ['/x/settings.json']],
    [{ CODEX_HOME: '/x' }, 'codex', ['/x/config.toml']],
    [{ CODEX_HOME: ' ' }, 'codex', ['/home/me/.codex/config.toml']],
    [{ GEMINI_CLI_HOME: '/x' }, 'gemini-cli', ['/x/.gemini/settings.json', '/x/.gemini/.env']],
  ])('with %o: %s', (env, id, files) => {
    expect(filesOf(id, { platform: 'linux', env, homeDir: '/home/me' })).toEqual(files);
  });
});

it('gives every tool the address in the form that it joins with its own paths', () => {
  const wish = { url: 'http://127.0.0.1:8317', models: ['claude-x', 'gpt-x', 'other'] };
  const written = declaredTools.flatMap(({ targets }) => targets.flatMap(({ changes }) => changes(wish)));
  const urls = JSON.stringify(written).match(/http[^"]*/g) ?? [];
  expect(new Set(urls)).toEqual(new Set(['http://127.0.0.1:8317', 'http://127.0.0.1:8317/v1']));
});

it('finds a tool by its program on PATH, or by its folder', async () => {
  const bench = await makeBench();
  const found = () => installedAt(tool('codex'), bench.machine, bench.files);
  expect(await found()).toBeUndefined();
  await bench.write('.codex/auth.json', '{}');
  expect(await found()).toBe(bench.at('.codex'));
  await bench.write('bin/codex', '');
  expect(await found()).toBe(bench.at('bin/codex'));
});
