import { request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../gateway/errors.ts';
import { answerHeaders, type HeaderList, headerList } from '../forward-headers.ts';
import type { Agents } from './agents.ts';
import { ampErrorBody } from './error-answer.ts';
import type { Outgoing } from './http-exchange.ts';

/** After one side has closed, the other gets this long to say its last words, in milliseconds. */
const closingMs = 10_000;

export interface TunnelDeps {
  /** For an outbound proxy; without them each tunnel has a direct connection of its own. */
  agents?: Agents | undefined;
  connectMs: () => number;
  clock: Clock;
}

export interface Tunnels {
  /** Connects the client's socket with Amp's server. `head` came together with the client's request. */
  open(socket: Duplex, head: Buffer, outgoing: Outgoing): void;
  /** Cuts every tunnel. */
  close(): void;
}

/**
 * Why a request cannot become a WebSocket: RFC 6455 §4.1 asks for GET, HTTP/1.1, `Upgrade: websocket`, version 13 and a
 * key of 16 bytes.
 */
export function handshakeProblem(req: IncomingMessage): GatewayError | undefined {
  const { upgrade = '', 'sec-websocket-version': version, 'sec-websocket-key': key = '' } = req.headers;
  const wrong = (param: string, detail: string) => new GatewayError('invalid_field', { param, detail });
  if (req.method !== 'GET') return new GatewayError('method_not_allowed', { detail: 'a WebSocket is opened with GET' });
  if (req.httpVersion !== '1.1') return wrong('version', 'a WebSocket needs HTTP/1.1');
  if (upgrade.trim().toLowerCase() !== 'websocket') return wrong('upgrade', 'only WebSockets are tunnelled');
  if (version !== '13') return wrong('sec-websocket-version', 'only WebSocket version 13 is tunnelled');
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key.trim())) return wrong('sec-websocket-key', 'it must be 16 bytes in Base64');
  return undefined;
}

/**
 * Tunnels WebSockets: the handshake goes out with cleaned headers, the bytes after it are not looked at. Not done with
 * http-proxy-middleware: it keeps the upstream attempt when the client leaves during the handshake, mixes up the
 * framing of a refusal, and leaves one side open when the other fails.
 */
export function createTunnels(deps: TunnelDeps): Tunnels {
  const open = new Set<Duplex>();
  return {
    open(socket, head, outgoing) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      connect(deps, socket, head, outgoing);
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Answers an upgrade request with a failure and closes the connection. */
export function refuseTunnel(socket: Duplex, error: GatewayError): void {
  const body = ampErrorBody(error);
  const headers = headerList([
    ...['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))],
    ...(error.param === 'sec-websocket-version' ? ['Sec-WebSocket-Version', '13'] : []),
  ]);
  closeSoon(socket);
  socket.end(`${headText(error.status, STATUS_CODES[error.status], headers, ['Connection: close'])}${body}`);
}

function connect({ agents, connectMs, clock }: TunnelDeps, socket: Duplex, head: Buffer, outgoing: Outgoing): void {
  const { upstream, target } = outgoing;
  const secure = upstream.protocol === 'https:';
  const upstreamReq = (secure ? httpsRequest : httpRequest)({
    host: upstream.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.port || (secure ? 443 : 80),
    path: target,
    headers: handshakeHeaders(outgoing.headers),
    agent: (secure ? agents?.https : agents?.http) ?? false,
  });
  const waiting = waitWith(socket, head, () => upstreamReq.destroy());
  const cancelLimit = clock.after(connectMs(), () => upstreamReq.destroy(new Error('connect timeout')));
  let answered = false;
  const onAnswer = (): Buffer => {
    answered = true;
    cancelLimit();
    return waiting.end();
  };
  upstreamReq.on('error', () => {
    if (answered) return;
    onAnswer();
    if (!socket.destroyed) refuseTunnel(socket, new GatewayError('amp_upstream_proxy_error'));
  });
  upstreamReq.on('response', (answer) => {
    onAnswer();
    relayRefusal(answer, socket);
  });
  upstreamReq.on('upgrade', (answer, upstreamSocket, upstreamHead) => {
    const early = onAnswer();
    if (early.length > 0) upstreamSocket.write(early);
    socket.write(headText(101, answer.statusMessage, answerHeaders(answer.rawHeaders), switched));
    if (upstreamHead.length > 0) socket.write(upstreamHead);
    join(socket, upstreamSocket, clock);
  });
  upstreamReq.end();
}

const switched = ['Connection: Upgrade', 'Upgrade: websocket'];

/** A client must wait for the answer to its handshake; what it sends before is kept up to this many bytes. */
const maxEarlyBytes = 64 * 1024;

/** Watches the client while Amp's server is asked: reading is the only way to learn that it has left. */
function waitWith(socket: Duplex, head: Buffer, onGone: () => void) {
  const early = [head];
  let bytes = head.length;
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    early.push(chunk);
    if (bytes > maxEarlyBytes) socket.destroy();
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', onData);
  socket.on('end', onGone);
  socket.on('close', onGone);
  return {
    end(): Buffer {
      socket.off('data', onData);
      socket.off('end', onGone);
      socket.off('close', onGone);
      return Buffer.concat(early);
    },
  };
}

/** A handshake has no body, whatever the client announced. */
function handshakeHeaders(headers: HeaderList): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = { Connection: 'Upgrade', Upgrade: 'websocket' };
  for (const [key, { name, values }] of headers) {
    if (key === 'content-length' || key === 'transfer-encoding') continue;
    record[name] = values.length === 1 ? (values[0] ?? '') : [...values];
  }
  return record;
}

/** Amp's server answered the handshake with plain HTTP. The connection ends with the body, so that needs no framing. */
function relayRefusal(answer: IncomingMessage, socket: Duplex): void {
  const headers = answerHeaders(answer.rawHeaders);
  socket.write(headText(answer.statusCode ?? 502, answer.statusMessage, headers, ['Connection: close']));
  answer.on('error', () => socket.destroy());
  answer.on('end', () => closeSoon(socket));
  socket.on('close', () => answer.destroy());
  socket.resume();
  answer.pipe(socket);
}

/** The client is expected to close after our last byte; it is not waited for without end. */
function closeSoon(socket: Duplex): void {
  socket.resume();
  if (socket instanceof Socket) socket.setTimeout(closingMs, () => socket.destroy());
}

/**
 * Lets bytes flow both ways. When one side ends, the other gets what is still under way and ends too; when one fails,
 * both are cut.
 */
function join(client: Duplex, upstream: Duplex, clock: Clock): void {
  let cancelClosing: (() => void) | undefined;
  const cut = () => {
    client.destroy();
    upstream.destroy();
  };
  const onClose = () => {
    if (client.destroyed && upstream.destroyed) cancelClosing?.();
  };
  const flow = (from: Duplex, to: Duplex) => {
    from.on('error', cut);
    from.on('end', () => {
      cancelClosing ??= clock.after(closingMs, cut);
    });
    from.on('close', () => {
      if (!from.readableEnded) cut();
      onClose();
    });
    from.pipe(to);
  };
  for (const side of [client, upstream]) keepOpen(side);
  flow(client, upstream);
  flow(upstream, client);
}

function keepOpen(socket: Duplex): void {
  if (!(socket instanceof Socket)) return;
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
}

function headText(status: number, reason: string | undefined, headers: HeaderList, extra: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} ${reason ?? ''}`];
  for (const { name, values } of headers.values()) lines.push(...values.map((value) => `${name}: ${value}`));
  return `${[...lines, ...extra].join('\r\n')}\r\n\r\n`;
}
