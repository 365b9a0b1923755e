import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One HTTP request as the remote client sends it: exactly these headers, in this order. */
export interface RemoteRequest {
  host: string;
  port: number;
  method?: string;
  path: string;
  headers?: readonly (readonly [string, string])[];
  body?: string;
}

export interface RemoteAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/**
 * Another machine, as far as the network is concerned: a namespace with a network stack of its own, joined to this one
 * by a virtual cable (ip-netns(8), veth(4)).
 */
export interface RemoteMachine {
  /** Addresses of this machine as the other one reaches it, without brackets. */
  gateway: { v4: string; v6: string; linkLocal: string };
  /** Sends from the other machine, each request on a connection of its own. Rejects with the system's error code. */
  send(request: RemoteRequest): Promise<RemoteAnswer>;
  /** Removes namespace and cable. */
  close(): void;
}

const prefix = 'fusebox-test';
/** From iproute2. */
const ipTool = 'ip';
const clientFile = fileURLToPath(new URL('./remote-client.mjs', import.meta.url));

/** Why this system cannot have such a machine; undefined when it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are part of Linux';
  if (process.getuid?.() !== 0) return 'a network namespace needs root';
  const name = `${prefix}-${process.pid}-probe`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch (error) {
    return `this system has no network namespaces (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  }
}

/** Why there is no IPv6 to test with; undefined when there is. */
export function whyNoIpv6(): string | undefined {
  try {
    const isOff = readFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', 'utf8').trim() === '1';
    return isOff ? 'IPv6 is turned off on this system' : undefined;
  } catch {
    return 'this system has no IPv6';
  }
}

export function newRemoteMachine(): RemoteMachine {
  removeLeftovers();
  const id = randomBytes(3);
  const [a = 0, b = 0] = id;
  const name = `${prefix}-${process.pid}-${id.toString('hex')}`;
  // Names of interfaces have at most 15 characters.
  const [here, there] = [`fbh${id.toString('hex')}`, `fbt${id.toString('hex')}`];
  const [net4, net6] = [`10.${a}.${b}`, `fd00:${id.subarray(0, 2).toString('hex')}`];
  const close = () => {
    quietly('link', 'del', here);
    quietly('netns', 'del', name);
  };
  try {
    ip('netns', 'add', name);
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    const give = (namespace: string[], device: string, last: number) => {
      ip(...namespace, 'addr', 'add', `${net4}.${last}/30`, 'dev', device);
      const v6 = whyNoIpv6() === undefined ? [`${net6}::${last}/64`, `fe80::${last}/64`] : [];
      for (const address of v6) ip(...namespace, 'addr', 'add', address, 'dev', device, 'nodad');
      ip(...namespace, 'link', 'set', device, 'up');
    };
    give([], here, 1);
    give(['-n', name], there, 2);
  } catch (error) {
    close();
    throw error;
  }
  const client = startClient(name);
  return {
    gateway: { v4: `${net4}.1`, v6: `${net6}::1`, linkLocal: `fe80::1%${there}` },
    send: client.send,
    close() {
      client.stop();
      close();
    },
  };
}

function startClient(name: string) {
  const child = spawn(ipTool, ['netns', 'exec', name, process.execPath, clientFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: RemoteAnswer | { error: string }) => void>();
  let count = 0;
  createInterface(child.stdout).on('line', (line) => {
    const { id, ...answer } = JSON.parse(line) as { id: number } & (RemoteAnswer | { error: string });
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  child.on('close', () => {
    for (const settle of waiting.values()) settle({ error: 'the remote client has ended' });
  });
  return {
    async send(request: RemoteRequest): Promise<RemoteAnswer> {
      const id = count++;
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      const answer = await new Promise<RemoteAnswer | { error: string }>((resolve) => waiting.set(id, resolve));
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A run that was killed could not clean up; its namespaces go with their end of the cable, and so the other end. */
function removeLeftovers(): void {
  for (const line of ip('netns', 'list').split('\n')) {
    const [name = ''] = line.split(' ');
    const pid = new RegExp(`^${prefix}-(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) quietly('netns', 'del', name);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function ip(...args: string[]): string {
  return execFileSync(ipTool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function quietly(...args: string[]): void {
  try {
    ip(...args);
  } catch {
    // It is gone already.
  }
}
