import { execFileSync } from 'node:child_process';
import { projectRoot } from '../structure/imports.ts';

/** The command is tested as users get it: bundled. Builds only when the sources have changed since the last build. */
export function setup(): void {
  const { NODE_ENV: _, ...env } = process.env;
  const script = "import { ensureBuilt } from './scripts/build.mjs'; await ensureBuilt(process.cwd());";
  // In a process of its own: the test runner's NODE_ENV would get a development build.
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: projectRoot,
    env,
    stdio: 'inherit',
  });
}
