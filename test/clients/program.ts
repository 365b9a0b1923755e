import { spawn } from 'node:child_process';

export interface Finished {
  /** The exit code, or the signal that ended it. */
  exit: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  env: Record<string, string>;
  cwd: string;
  /** It is killed when it takes longer, so that a hanging client fails its test with what it has printed. */
  limitMs?: number;
}

/** Runs a program to its end with a closed standard input. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<Finished> {
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 50_000);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ exit: code ?? signal ?? 'SIGKILL', ...printed });
    });
  });
}
