import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The part of Electron's `app` that is used. */
export interface LoginItems {
  setLoginItemSettings(settings: { openAtLogin: boolean; path?: string; args?: string[] }): void;
}

export interface AutostartParts {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  homeDir: string;
  /** What starts this Fusebox: the program, then its arguments. */
  command: readonly string[];
  loginItems: LoginItems;
}

/** The one argument that every start at login has: in the tray, without the window. */
const hidden = '--hidden';

/**
 * Lets the system start Fusebox at login, hidden, or no longer. macOS gives no arguments to login items; there the start
 * asks the system whether it was one.
 */
export async function setAutostart(on: boolean, parts: AutostartParts): Promise<void> {
  const { platform, command, loginItems } = parts;
  if (platform === 'linux') return on ? writeEntry(parts) : rm(entryFile(parts), { force: true });
  const [program = '', ...args] = command;
  if (platform === 'darwin') loginItems.setLoginItemSettings({ openAtLogin: on });
  if (platform === 'win32')
    loginItems.setLoginItemSettings({ openAtLogin: on, path: program, args: [...args, hidden] });
}

/** https://specifications.freedesktop.org/autostart-spec/latest/ */
function entryFile({ env, homeDir }: AutostartParts): string {
  const config = env.XDG_CONFIG_HOME;
  const folder = config && path.isAbsolute(config) ? config : path.join(homeDir, '.config');
  return path.join(folder, 'autostart', 'fusebox.desktop');
}

async function writeEntry(parts: AutostartParts): Promise<void> {
  const file = entryFile(parts);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, autostartEntry(parts.command));
}

/** The text of the .desktop file. */
export function autostartEntry(command: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Fusebox',
    'Comment=Serves Amp and other coding tools from your AI subscriptions',
    `Exec=${[...command, hidden].map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * An argument of Exec: quoted, its special characters escaped once for the quotes and once as the string that a value is;
 * a percent sign is doubled. https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
function quoted(argument: string): string {
  const within = argument
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return /^[\w@+=:,./-]+$/.test(argument) ? argument : `"${within}"`;
}

export interface StartFacts {
  env: NodeJS.ProcessEnv;
  execPath: string;
  /** Of a run from sources. */
  appPath?: string;
  config?: string;
  dataDir?: string;
}

/** What starts this Fusebox again, with the same data. An AppImage runs from a mount that is another one next time. */
export function startCommand({ env, execPath, appPath, config, dataDir }: StartFacts): string[] {
  return [
    env.APPIMAGE || execPath,
    ...(appPath === undefined ? [] : [appPath]),
    ...(config === undefined ? [] : ['--config', path.resolve(config)]),
    ...(dataDir === undefined ? [] : ['--data-dir', path.resolve(dataDir)]),
  ];
}
