import { spawn, spawnSync } from 'node:child_process';

/**
 * What a finished command left behind.
 * @typedef {{ ok: boolean, code: number, output: string }} Finished
 */

/**
 * Runs a command to its end without showing its output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options] timeout in ms
 * @returns {Finished} `ok` is false also when the command does not exist or took too long
 */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ? done.error.message : ''}`.trim();
  return { ok: done.status === 0, code: done.status ?? 1, output };
}

/**
 * Runs npm the way this process was started: through the npm that runs us, else the one on the PATH.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @returns {Finished}
 */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options);
  return run('npm', args, options);
}

/**
 * Hands the terminal and every stop signal to a child and waits for it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, group?: boolean }} [options]
 *   group: signals reach the child's children too, for wrappers that do not pass them on
 * @returns {Promise<number>} the child's exit code; 128 + signal number when a signal ended it
 */
export function handOver(command, args, { group = false, ...options } = {}) {
  const child = spawn(command, args, { stdio: 'inherit', detached: group, ...options });
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    if (group && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + signalNumber(signal));
    });
  });
}

/** The last lines of a command's output, for a message that has to stay short.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 3) {
  return output.split('\n').slice(-lines).join(' | ').trim();
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[String(signal)] ?? 1;
}
