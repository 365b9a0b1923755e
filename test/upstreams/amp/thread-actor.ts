import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject, parseJson } from '../json.ts';

/** One socket as the fake saw it. */
export interface RecordedSocket {
  path: string;
  protocols: readonly string[];
  /** The sub-protocol and extensions agreed on. */
  protocol: string;
  extensions: string;
  /** Text frames that came in, and close code; the code is undefined while the socket is open. */
  frames: readonly string[];
  closeCode: number | undefined;
}

interface Actor {
  wsToken: string;
  seq: number;
  sockets: Set<WebSocket>;
}

const gatewayPath = '/actors/gateway/threadActor/websocket/';

/** Amp's thread actors, as far as one turn needs them, and the two echo endpoints. */
export class ThreadActors {
  readonly sockets: RecordedSocket[] = [];
  private readonly actors = new Map<string, Actor>();
  private readonly text: string;
  private readonly acceptor = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 256 },
    handleProtocols: (offered) => (offered.has('rivet') ? 'rivet' : false),
  });

  constructor(text: string) {
    this.text = text;
  }

  create(wanted: string | undefined): { threadId: string; wsToken: string } {
    const threadId = wanted ?? `T-${randomUUID()}`;
    const known = this.actors.get(threadId);
    const wsToken = known?.wsToken ?? randomBytes(24).toString('base64url');
    if (!known) this.actors.set(threadId, { wsToken, seq: 0, sockets: new Set() });
    return { threadId, wsToken };
  }

  /** Accepts a good upgrade; anything else gets its status and the end of the connection. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const status = this.refusal(url, protocolsOf(request));
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      const record = this.record(webSocket, url.pathname, request);
      const threadId = url.searchParams.get('rvt-key') ?? '';
      const actor = url.pathname === gatewayPath ? this.actors.get(threadId) : undefined;
      if (actor) serve(webSocket, { threadId, actor, text: this.text, record });
      else webSocket.on('message', (data, binary) => webSocket.send(data, { binary }));
    });
  }

  close(): void {
    for (const client of this.acceptor.clients) client.terminate();
    this.acceptor.close();
  }

  /** The token stands in a sub-protocol: this upgrade carries no Authorization. */
  private refusal(url: URL, protocols: readonly string[]): number | undefined {
    if (url.pathname === '/websocket' || url.pathname === '/connect') return undefined;
    if (url.pathname !== gatewayPath) return 404;
    if (!protocols.includes('rivet') || !protocols.includes('rivet_encoding.bare')) return 400;
    const actor = this.actors.get(url.searchParams.get('rvt-key') ?? '');
    if (!actor || url.searchParams.get('rvt-namespace') !== 'default') return 404;
    return wsTokenOf(protocols) === actor.wsToken ? undefined : 403;
  }

  private record(webSocket: WebSocket, path: string, request: IncomingMessage): RecordedSocket & { frames: string[] } {
    const record = {
      path,
      protocols: protocolsOf(request),
      protocol: webSocket.protocol,
      extensions: webSocket.extensions,
      frames: [] as string[],
      closeCode: undefined as number | undefined,
    };
    webSocket.on('close', (code) => {
      record.closeCode = code;
    });
    this.sockets.push(record);
    return record;
  }
}

function protocolsOf(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

function wsTokenOf(protocols: readonly string[]): unknown {
  const prefix = 'rivet_conn_params.';
  const encoded = protocols.find((name) => name.startsWith(prefix))?.slice(prefix.length) ?? '';
  const params = parseJson(decodeURIComponent(encoded));
  return isObject(params) ? params.wsToken : undefined;
}

interface Connection {
  threadId: string;
  actor: Actor;
  text: string;
  record: { frames: string[] };
}

function serve(webSocket: WebSocket, connection: Connection): void {
  const { actor, record } = connection;
  actor.sockets.add(webSocket);
  // A client takes the actor for awake when the first message comes; an observer never speaks before.
  notify([webSocket], 'agent_state', { state: 'idle' });
  webSocket.on('close', () => actor.sockets.delete(webSocket));
  webSocket.on('error', () => {});
  webSocket.on('message', (data) => {
    const frame = data.toString();
    record.frames.push(frame);
    if (frame === 'ping') return webSocket.send('pong');
    const call = parseJson(frame);
    if (isObject(call)) answerCall(webSocket, call, connection);
  });
}

function answerCall(webSocket: WebSocket, call: JsonObject, connection: Connection): void {
  const params = isObject(call.params) ? call.params : {};
  const result = call.method === 'client_resume' ? { replayThroughSeq: connection.actor.seq } : {};
  if (call.id !== undefined) webSocket.send(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
  if (call.method === 'executor_connect') {
    notify([webSocket], 'executor_connected', {
      executorId: String(params.executorId ?? randomUUID()),
      registeredToolCount: 0,
      guidanceInventory: [],
    });
  }
  if (call.method === 'client_append_user_msg') takeTurn(connection, params);
}

/** One turn: the user's message comes back, then the agent works, writes and rests. */
function takeTurn({ actor, threadId, text }: Connection, params: JsonObject): void {
  const send = (method: string, fields: JsonObject) => notify(actor.sockets, method, fields);
  const messageId = `M-${base62(22)}`;
  const blocks = [{ type: 'text', text }];
  const state = { type: 'complete', stopReason: 'end_turn' };
  const asked = { threadId, role: 'user', messageId: params.messageId, content: params.content };
  const said = { threadId, role: 'assistant', messageId, content: blocks, state, usage: usage() };
  send('message_added', { seq: ++actor.seq, message: { ...asked, userState: params.userState } });
  send('agent_state', { state: 'working', messageId });
  send('agent_state', { state: 'streaming', messageId });
  send('delta', { messageId, role: 'assistant', blocks, state: 'generating' });
  send('message_added', { seq: ++actor.seq, message: said });
  send('agent_state', { state: 'idle' });
}

function usage(): JsonObject {
  return {
    model: 'amp-cloud',
    maxInputTokens: 100_000,
    inputTokens: 10,
    outputTokens: 4,
    cacheCreationInputTokens: 0,
    cacheReadInputTokens: 0,
    totalInputTokens: 10,
  };
}

function notify(sockets: Iterable<WebSocket>, method: string, params: JsonObject): void {
  for (const socket of sockets) socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
}

function base62(length: number): string {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
}
