import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Answer } from '../answer.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { errorBody } from '../openai-responses/errors.ts';
import type { ResponseReply, ResponsesReply } from '../openai-responses/replies.ts';
import { namedEvents } from '../openai-responses/response-answer.ts';
import { gptSealing } from '../openai-responses/sealed.ts';
import { refusal } from './validate.ts';

export interface SocketOptions {
  /** The answer's status where the upgrade is refused; undefined lets it pass. */
  refuse(request: IncomingMessage): number | undefined;
  reply(): ResponsesReply;
  first(): { type: string; [name: string]: unknown };
  /** Shown every frame of a client. */
  onFrame(frame: JsonObject): void;
}

/** `GET /responses` with upgrade: the frames are requests, the answers are events, one a frame. */
export function createResponsesSocket(options: SocketOptions) {
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket) => new Conversation(socket, options));
  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const status = options.refuse(request);
      if (status === undefined) {
        sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
        return;
      }
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    },
    close(): void {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

/** One socket; it alone knows the answers that it has given. */
class Conversation {
  private readonly socket: WebSocket;
  private readonly options: SocketOptions;
  private readonly known = new Set<string>();

  constructor(socket: WebSocket, options: SocketOptions) {
    this.socket = socket;
    this.options = options;
    socket.on('message', (data) => this.receive(parseJson(String(data))));
  }

  private receive(frame: unknown): void {
    if (!isObject(frame) || frame.type !== 'response.create')
      return this.fail(400, 'invalid_request_error', 'Unknown frame');
    this.options.onFrame(frame);
    const { type: _type, ...body } = frame;
    const refused = refusal(body, 'socket', this.known);
    if (refused)
      return this.send({ type: 'error', status: refused.status, ...(parseJson(String(refused.parts[0])) as object) });
    const reply = body.generate === false ? ({ kind: 'response' } satisfies ResponseReply) : this.options.reply();
    if (reply.kind === 'raw') return this.cut(reply.answer);
    if (reply.kind === 'error')
      return this.send({
        type: 'error',
        status: reply.error.status,
        headers: reply.headers ?? {},
        ...errorBody(reply.error),
      });
    void this.tell(reply, body);
  }

  /** A raw answer's status is the code of the close, 1006 for none; its parts are frames before. */
  private cut({ status, parts }: Answer): void {
    for (const part of parts) this.socket.send(String(part));
    if (status === 1006) this.socket.terminate();
    else this.socket.close(status < 1000 ? 1011 : status);
  }

  private async tell(reply: ResponseReply, body: JsonObject): Promise<void> {
    const last = { ...reply, lastEvent: reply.lastEvent ?? ('response.done' as const) };
    const { beforeHead } = reply.delivery ?? {};
    beforeHead?.reach();
    await beforeHead?.opened;
    for (const { data } of namedEvents(last, body, { sealing: gptSealing, first: [this.options.first()] })) {
      if (isObject(data.response) && typeof data.response.id === 'string') this.known.add(data.response.id);
      this.send(data);
    }
  }

  private fail(status: number, code: string, message: string): void {
    this.send({ type: 'error', status, error: { type: code, code, message } });
  }

  private send(data: object): void {
    this.socket.send(JSON.stringify(data));
  }
}
