import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type AutostartParts, autostartEntry, setAutostart, startCommand } from '../../main/desktop/autostart.ts';

async function partsFor(changes: Partial<AutostartParts> = {}) {
  const homeDir = await mkdtemp(path.join(tmpdir(), 'fusebox-home-'));
  onTestFinished(() => rm(homeDir, { recursive: true }));
  const asked: unknown[] = [];
  const loginItems = { setLoginItemSettings: (wish: unknown) => void asked.push(wish) };
  const parts: AutostartParts = {
    platform: 'linux',
    env: {},
    homeDir,
    command: ['/opt/fusebox'],
    loginItems,
    ...changes,
  };
  return { parts, asked, homeDir };
}

test('on Linux the entry is written where the desktop looks, and taken away again', async () => {
  const { parts, homeDir, asked } = await partsFor();
  const file = path.join(homeDir, '.config', 'autostart', 'fusebox.desktop');
  await setAutostart(true, parts);
  expect(await readFile(file, 'utf8')).toBe(autostartEntry(['/opt/fusebox']));
  await setAutostart(false, parts);
  await setAutostart(false, parts);
  await expect(readFile(file)).rejects.toThrow('ENOENT');
  expect(asked).toEqual([]);
});

test('on Linux XDG_CONFIG_HOME says where, when it is a whole path', async () => {
  const { parts, homeDir } = await partsFor();
  const config = path.join(homeDir, 'elsewhere');
  await setAutostart(true, { ...parts, env: { XDG_CONFIG_HOME: config } });
  expect(await readFile(path.join(config, 'autostart', 'fusebox.desktop'), 'utf8')).toContain('Exec=');
  await setAutostart(true, { ...parts, env: { XDG_CONFIG_HOME: 'not/whole' } });
  expect(await readFile(path.join(homeDir, '.config', 'autostart', 'fusebox.desktop'), 'utf8')).toContain('Exec=');
});

test.each([
  [['/opt/fusebox'], '/opt/fusebox --hidden'],
  [['/home/me/My Apps/Fusebox.AppImage'], '"/home/me/My Apps/Fusebox.AppImage" --hidden'],
  [['/a', '--data-dir', '/b/50%'], '/a --data-dir "/b/50%%" --hidden'],
  [['/a"$`\\b'], '"/a\\\\"\\\\$\\\\`\\\\\\\\b" --hidden'],
])('the command %j is written so that it is read back whole', (command, written) => {
  expect(autostartEntry(command)).toContain(`\nExec=${written}\n`);
});

test('Windows and macOS are asked for a login item', async () => {
  const { parts, asked } = await partsFor({ command: ['C:\\Fusebox.exe', '--data-dir', 'D:\\data'] });
  await setAutostart(true, { ...parts, platform: 'win32' });
  await setAutostart(false, { ...parts, platform: 'darwin' });
  expect(asked).toEqual([
    { openAtLogin: true, path: 'C:\\Fusebox.exe', args: ['--data-dir', 'D:\\data', '--hidden'] },
    { openAtLogin: false },
  ]);
});

test('an AppImage starts from its own file, and the data folder stays the same', () => {
  const facts = { execPath: '/tmp/.mount_x/fusebox', env: { APPIMAGE: '/home/me/Fusebox.AppImage' } };
  expect(startCommand(facts)).toEqual(['/home/me/Fusebox.AppImage']);
  expect(startCommand({ ...facts, env: {}, dataDir: '/data', config: '/c.yaml' })).toEqual([
    '/tmp/.mount_x/fusebox',
    '--config',
    '/c.yaml',
    '--data-dir',
    '/data',
  ]);
  expect(startCommand({ ...facts, env: {}, appPath: '/src' })).toEqual(['/tmp/.mount_x/fusebox', '/src']);
});
