import { join } from 'node:path';

/** `~` at the start of a path means the home folder, as in the settings of other tools. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith('~\\') ? join(home, path.slice(1)) : path;
}
