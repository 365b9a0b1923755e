import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallbackRequest } from './callback-answer.ts';

export interface LoopbackServer {
  port: number;
  /** Frees the port at once, and ends every connection. */
  close(): Promise<void>;
}

/** Why a port cannot be had; `excluded` is Windows' way of keeping ports that nobody listens on. */
export type PortRefusal = 'taken' | 'excluded' | 'denied';

export class PortError extends Error {
  readonly reason: PortRefusal;
  constructor(reason: PortRefusal) {
    super(`The port is ${reason}`);
    this.name = 'PortError';
    this.reason = reason;
  }
}

export type Respond = (request: CallbackRequest, response: ServerResponse) => void;

/** Attempts to find a free port that is free for both addresses. */
const freePortTries = 5;

/**
 * Listens on 127.0.0.1 and ::1, for browsers try either for `localhost`. A port of which another program holds one of
 * the two is taken. Port 0 takes a free one. Rejects with PortError. A machine without IPv6 is served without it.
 */
export async function listenOnLoopback(
  port: number,
  respond: Respond,
  platform: NodeJS.Platform,
): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnBoth(port, respond, platform);
    } catch (error) {
      if (port !== 0 || attempt === freePortTries) throw error;
    }
  }
}

async function listenOnBoth(port: number, respond: Respond, platform: NodeJS.Platform): Promise<LoopbackServer> {
  const first = await listen('127.0.0.1', port, respond, platform);
  const { port: actual } = first.address() as AddressInfo;
  const servers = [first];
  try {
    servers.push(await listen('::1', actual, respond, platform));
  } catch (error) {
    if (!(error instanceof NoSuchAddress)) {
      await close(first);
      throw error;
    }
  }
  return {
    port: actual,
    async close() {
      await Promise.all(servers.map(close));
    },
  };
}

class NoSuchAddress extends Error {}

function listen(host: string, port: number, respond: Respond, platform: NodeJS.Platform): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 32 * 1024 }, (request, response) => {
    // What a client sends beside the head is of no interest.
    request.resume();
    respond(
      {
        method: request.method ?? '',
        target: request.url ?? '',
        hosts: request.headersDistinct.host ?? [],
        peer: request.socket.remoteAddress,
      },
      response,
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, platform)));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

/** Windows keeps ranges of ports for itself and denies them (`netsh int ipv4 show excludedportrange`). */
export function listenFailure(error: NodeJS.ErrnoException, platform: NodeJS.Platform): Error {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return new NoSuchAddress();
  if (error.code === 'EACCES') return new PortError(platform === 'win32' ? 'excluded' : 'denied');
  return new PortError('taken');
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
