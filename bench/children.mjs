import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** The processes of one run; `stopAll` ends every one of them, also after Ctrl-C. */
export class Children {
  /** @type {Set<ChildProcess>} */
  #running = new Set();
  #over = false;

  /**
   * Starts one of this folder's modules; resolves with its first message.
   * @param {string} module
   * @param {string[]} args
   * @returns {Promise<{ child: ChildProcess, hello: { url?: string } }>}
   */
  async fork(module, ...args) {
    const child = this.#keep(fork(fileURLToPath(new URL(module, import.meta.url)), args, { execArgv: [] }));
    return { child, hello: /** @type {{ url?: string }} */ (await nextMessage(child)) };
  }

  /**
   * Starts a Node program; resolves when a line of its output matches, with the match and the time since the start.
   * @param {string[]} args
   * @param {{ env: NodeJS.ProcessEnv, line: RegExp }} options
   * @returns {Promise<{ child: ChildProcess, match: RegExpExecArray, ms: number }>}
   */
  async start(args, { env, line }) {
    const started = performance.now();
    const child = this.#keep(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] }));
    const match = await firstMatch(child, line);
    return { child, match, ms: performance.now() - started };
  }

  /** @param {ChildProcess} child */
  async stop(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const giveUp = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(giveUp);
  }

  /** None can be started any more. */
  async stopAll() {
    this.#over = true;
    await Promise.all([...this.#running].map((child) => this.stop(child)));
  }

  /** @param {ChildProcess} child */
  #keep(child) {
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    // Ctrl-C may come while one is being started.
    if (this.#over) child.kill('SIGKILL');
    return child;
  }
}

/**
 * @param {ChildProcess} child
 * @returns {Promise<unknown>} rejects when the process ends first
 */
export function nextMessage(child) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${child.spawnargs[1]} ended too early`));
    child.once('exit', fail).once('message', (message) => {
      child.off('exit', fail);
      resolve(message);
    });
  });
}

/**
 * @param {ChildProcess} child
 * @param {RegExp} line
 * @returns {Promise<RegExpExecArray>}
 */
function firstMatch(child, line) {
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended before it was ready`)));
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
      const match = line.exec(output);
      if (match) resolve(match);
    });
  });
}

/**
 * What a process has used so far, as Linux tells; undefined elsewhere.
 * @param {number | undefined} pid
 * @returns {{ cpuMs: number, residentMb: number } | undefined}
 */
export function usageOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may hold spaces; ticks are 1/100 s (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, residentMb: Number(resident?.[1]) / 1024 };
  } catch {
    return undefined;
  }
}
