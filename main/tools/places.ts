import { posix, win32 } from 'node:path';
import type { Machine } from './tool.ts';

/** Joins in the manner of the machine that is meant, which in tests is not this one. */
export function join({ platform }: Machine, ...parts: string[]): string {
  return (platform === 'win32' ? win32 : posix).join(...parts);
}

/** A file or folder in the owner's home folder. */
export function home(machine: Machine, ...parts: string[]): string {
  return join(machine, machine.homeDir, ...parts);
}

/** A variable's value; blank counts as not set. */
export function variable({ env }: Machine, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** `~/.config`, or where XDG_CONFIG_HOME says. */
export function configHome(machine: Machine, ...parts: string[]): string {
  return join(machine, variable(machine, 'XDG_CONFIG_HOME') ?? home(machine, '.config'), ...parts);
}

/** `~/.local/share`, or where XDG_DATA_HOME says. */
export function dataHome(machine: Machine, ...parts: string[]): string {
  return join(machine, variable(machine, 'XDG_DATA_HOME') ?? home(machine, '.local', 'share'), ...parts);
}

/** Where desktop applications keep what belongs to their user. */
export function applicationData(machine: Machine, ...parts: string[]): string {
  if (machine.platform === 'darwin') return home(machine, 'Library', 'Application Support', ...parts);
  if (machine.platform !== 'win32') return configHome(machine, ...parts);
  return join(machine, variable(machine, 'APPDATA') ?? home(machine, 'AppData', 'Roaming'), ...parts);
}
