import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { proxyAgent, proxyFor } from '../../net/proxy.ts';
import type { UpstreamCall, UpstreamHeaders } from '../../providers/contract.ts';
import { idleMs, type OpenSocket, SocketExchange } from './socket-exchange.ts';
import type { Exchange, Transport, UpstreamListener } from './transport.ts';

/** Sends the calls of one client's conversation; over a WebSocket of its own where the upstream takes one. */
export interface SocketTransport extends Pick<Transport, 'send'> {
  /** The conversation is over. */
  close(): void;
}

export interface SocketTransportParts {
  http(): Pick<Transport, 'send'>;
  clock: Clock;
}

/** Milliseconds that an upgrade may take. */
const handshakeMs = 30_000;

/** Headers of the call that say nothing about a handshake. */
const ofRequest = new Set(['accept', 'accept-encoding', 'content-type', 'content-length']);

/**
 * One socket is kept for the next turn. Whole conversations are sent, so that nothing depends on which socket, or which
 * account, has served the turn before. What refuses the upgrade is called over HTTP for the rest of the conversation.
 */
export function createSocketTransport({ http, clock }: SocketTransportParts): SocketTransport {
  const refusing = new Set<string>();
  let kept: { name: string; socket: OpenSocket; release(): void } | undefined;
  let isClosed = false;
  const keep = (name: string, socket: OpenSocket) => {
    if (isClosed) return socket.ws.terminate();
    kept?.socket.ws.terminate();
    const cancelIdle = clock.after(idleMs, () => socket.ws.terminate());
    const release = () => {
      cancelIdle();
      socket.ws.off('close', release);
      if (kept?.socket === socket) kept = undefined;
    };
    kept = { name, socket, release };
    socket.ws.once('close', release);
  };
  const takeKept = (name: string) => {
    const found = kept?.name === name ? kept.socket : undefined;
    if (found) kept?.release();
    return found;
  };
  return {
    send(call, proxyUrl, listener) {
      const name = `${call.origin}${call.path} ${proxyUrl} ${call.headers.authorization}`;
      if (!call.overSocket || refusing.has(name)) return http().send(call, proxyUrl, listener);
      const byHttp = (): Exchange => {
        refusing.add(name);
        return http().send(call, proxyUrl, listener);
      };
      const open = (signal: AbortSignal) => openSocket(call, proxyUrl, signal);
      const parts = { clock, open, byHttp, kept: takeKept(name), keep: (socket: OpenSocket) => keep(name, socket) };
      return startExchange(call, listener, parts);
    },
    close() {
      isClosed = true;
      kept?.socket.ws.terminate();
    },
  };
}

type ExchangeParts = ConstructorParameters<typeof SocketExchange>[2];

function startExchange(call: UpstreamCall, listener: UpstreamListener, parts: ExchangeParts): Exchange {
  const exchange = new SocketExchange(call, listener, parts);
  void exchange.start();
  return exchange;
}

/** Rejects when the upgrade is refused, fails, takes too long or is given up. */
async function openSocket(call: UpstreamCall, proxyUrl: string | undefined, signal: AbortSignal): Promise<OpenSocket> {
  const { WebSocket } = await import('ws');
  const proxy = proxyFor(call.origin, proxyUrl);
  const agent = proxy === undefined ? undefined : await proxyAgent(proxy);
  signal.throwIfAborted();
  const ws = new WebSocket(`${call.origin.replace(/^http/, 'ws')}${call.path}`, {
    headers: handshakeHeaders(call),
    handshakeTimeout: handshakeMs,
    perMessageDeflate: false,
    ...(agent ? { agent } : {}),
  });
  return opened(ws, signal);
}

function handshakeHeaders({ headers, overSocket }: UpstreamCall): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !ofRequest.has(name));
  return { ...Object.fromEntries(kept), ...overSocket?.headers };
}

function opened(ws: WebSocket, signal: AbortSignal): Promise<OpenSocket> {
  return new Promise((resolve, reject) => {
    let headers: UpstreamHeaders = {};
    const giveUp = () => ws.terminate();
    signal.addEventListener('abort', giveUp, { once: true });
    // Also of an idle socket, later: its end is all that matters then.
    ws.on('error', (error) => reject(error));
    ws.once('close', () => reject(new Error('closed')));
    ws.once('upgrade', (answer) => {
      headers = answer.headers;
    });
    ws.once('open', () => {
      signal.removeEventListener('abort', giveUp);
      resolve({ ws, headers, isUsed: false });
    });
  });
}
