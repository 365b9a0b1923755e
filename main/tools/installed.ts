import { posix, win32 } from 'node:path';
import type { ConfigFiles } from './config-files.ts';
import { variable } from './places.ts';
import type { Machine, Tool } from './tool.ts';

/** A program or folder that shows that a tool is installed; undefined where nothing does. */
export async function installedAt(tool: Tool, machine: Machine, files: ConfigFiles): Promise<string | undefined> {
  for (const path of [...programPaths(tool, machine), ...tool.folders(machine)])
    if (await files.exists(path)) return path;
  return undefined;
}

function programPaths({ programs }: Tool, machine: Machine): string[] {
  const { join, delimiter } = machine.platform === 'win32' ? win32 : posix;
  const folders = (variable(machine, 'PATH') ?? variable(machine, 'Path') ?? '').split(delimiter).filter(Boolean);
  const endings = machine.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return folders.flatMap((folder) =>
    programs.flatMap((program) => endings.map((ending) => join(folder, program + ending))),
  );
}
