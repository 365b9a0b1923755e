import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Names the process that listens on a TCP port, as far as the system tells; never touches it. */
export async function portHolder(port: number, platform: NodeJS.Platform): Promise<string | undefined> {
  try {
    if (platform === 'linux') return await holderOnLinux(port);
    if (platform === 'win32') return await holderOnWindows(port);
    return await holderByLsof(port);
  } catch {
    return undefined;
  }
}

/** The first free port above `port` on `host`, within 50; undefined when all are taken. */
export async function nextFreePort(host: string, port: number): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + 50, 65535); candidate++) {
    if (await isFree(host, candidate)) return candidate;
  }
  return undefined;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Socket inodes come from /proc/net (proc(5)); the process that has one open is the holder. */
async function holderOnLinux(port: number): Promise<string | undefined> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const local = fields[1]?.split(':')[1];
      const listening = fields[3] === '0A';
      if (listening && local && Number.parseInt(local, 16) === port && fields[9]) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holdsSocket(pid, inodes))
      return `${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()} (process ${pid})`;
  }
  return undefined;
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (inodes.has(target)) return true;
  }
  return false;
}

async function holderByLsof(port: number): Promise<string | undefined> {
  const output = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const command = /^c(.+)$/m.exec(output)?.[1];
  return pid && command ? `${command} (process ${pid})` : undefined;
}

async function holderOnWindows(port: number): Promise<string | undefined> {
  const table = await run('netstat', ['-ano', '-p', 'TCP']);
  const pid = new RegExp(`:${port}\\s+\\S+\\s+LISTENING\\s+(\\d+)`).exec(table)?.[1];
  if (!pid) return undefined;
  const task = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return `${/^"([^"]+)"/m.exec(task)?.[1] ?? 'a program'} (process ${pid})`;
}

function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 3000, windowsHide: true }, (error, stdout) =>
      error && !stdout ? reject(error) : resolve(stdout),
    );
  });
}
