import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const runModule = pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'run.mjs')).href;

/** A script that hands over to a child running `childCode`, as npm start does, and exits like it. */
function handingOver(childCode: string, options = {}): ChildProcess {
  const code = `import { handOver } from ${JSON.stringify(runModule)};
    process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(childCode)}], ${JSON.stringify(options)});`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('the exit code is the child’s', async () => {
  const [code] = await once(handingOver('process.exit(7)'), 'exit');
  expect(code).toBe(7);
});

test.each([{}, { group: true }])('SIGTERM reaches the child, which decides how to end (%o)', async (options) => {
  const child = 'process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 1000)';
  const script = handingOver(child, options);
  const ended = once(script, 'exit');
  if (script.stdout) await once(script.stdout, 'data');
  script.kill('SIGTERM');
  expect(await ended).toEqual([3, null]);
});

test('a child ended by a signal counts as 128 and the signal’s number', async () => {
  const [code] = await once(handingOver('process.kill(process.pid, "SIGKILL")'), 'exit');
  expect(code).toBe(137);
});

test('an echo of Ctrl-C does not become the second one, which ends a server at once', async () => {
  const child =
    'process.once("SIGINT", () => setTimeout(() => process.exit(5), 200)); console.log("up"); setInterval(() => {}, 1000)';
  const script = handingOver(child);
  const ended = once(script, 'exit');
  if (script.stdout) await once(script.stdout, 'data');
  script.kill('SIGINT');
  script.kill('SIGINT');
  expect(await ended).toEqual([5, null]);
});
