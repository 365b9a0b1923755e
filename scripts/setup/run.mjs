import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

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

/** Ctrl-C arrives twice, from the terminal and from npm; a person's second one comes later than this (ms). */
const ECHO = 300;

/**
 * Hands the terminal to a child, passes every stop signal on to it once, and waits for it.
 * The child has a session of its own: else the terminal would send it Ctrl-C as well, and a second one means "at once".
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, group?: boolean }} [options]
 *   group: signals reach the child's children too, for wrappers that do not pass them on
 * @returns {Promise<number>} the child's exit code; 128 + signal number when a signal ended it
 */
export function handOver(command, args, { group = false, ...options } = {}) {
  const ownSession = process.platform !== 'win32';
  const child = spawn(command, args, { stdio: 'inherit', detached: ownSession, ...options });
  const release = passSignals((signal) => {
    if (group && ownSession && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(release);
}

/**
 * @param {(signal: NodeJS.Signals) => void} pass
 * @returns {() => void} stops passing
 */
function passSignals(pass) {
  /** @type {Map<NodeJS.Signals, number>} */
  const last = new Map();
  const receive = (/** @type {NodeJS.Signals} */ signal) => {
    const before = last.get(signal) ?? Number.NEGATIVE_INFINITY;
    last.set(signal, performance.now());
    if (performance.now() - before > ECHO) pass(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, receive);
  const watch = process.env.npm_lifecycle_event ? watchParent(() => receive('SIGTERM')) : undefined;
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, receive);
  };
}

/**
 * npm sends SIGTERM to the shell between it and us, which ends without passing it on. We see that it is gone.
 * @param {() => void} gone
 */
function watchParent(gone) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    gone();
  }, 500);
  return watch.unref();
}

/** The last lines of a command's output, for a message that has to stay short.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 3) {
  return output.split('\n').slice(-lines).join(' | ').trim();
}
