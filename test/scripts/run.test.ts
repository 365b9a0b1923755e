import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const runModule = pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'run.mjs')).href;

/** A script that hands over to a child running `childCode`, as npm start does, and exits like it. */
function handingOver(childCode: string, options = {}): ChildProcess {
  const args = ['--input-type=module', '-e', handOverCode(childCode, options)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function handOverCode(childCode: string, options = {}): string {
  return `import { handOver } from ${JSON.stringify(runModule)};
    process.exitCode = await handOver(process.execPath, ["-e", ${JSON.stringify(childCode)}], ${JSON.stringify(options)});`;
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

test('the child is stopped when the shell that npm put in between is gone', async () => {
  const child =
    'process.on("SIGTERM", () => { console.log("stopped"); process.exit(0) }); console.log("up"); setInterval(() => {}, 1000)';
  const command = `"${process.execPath}" --input-type=module -e '${handOverCode(child)}'; true`;
  const shell = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    if (text.includes('up')) shell.kill('SIGKILL');
  });
  await once(shell.stdout, 'close');
  expect(output).toBe('up\nstopped\n');
});
