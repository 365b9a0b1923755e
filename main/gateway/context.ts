import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopbackAddress } from '../net/peer.ts';
import { toolOf } from './tool.ts';
import type { Transport } from './upstream/transport.ts';

/** Who asks for what, as far as the head of a request tells. */
export interface CallerContext {
  /** Unique; sent back as `x-fusebox-request-id`. */
  id: string;
  /** Whether the answer carries headers of our own, `x-fusebox-…`. */
  ownHeaders: boolean;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  req: IncomingMessage;
  /** The request target's path as it came, still encoded. */
  path: string;
  /** The query as it came, without the question mark. */
  query: string;
  peerIsLoopback: boolean;
  /** The local key that the client presented and that was right. */
  clientKey: string | undefined;
  /** The tool that sent the request, as far as its headers tell. */
  tool: string;
}

/** A request that wants an answer; an upgrade has none. */
export interface RequestContext extends CallerContext {
  res: ServerResponse;
  /** Where the client is on a WebSocket: how its requests are sent to upstreams that take WebSockets too. */
  upstreamSocket?: Pick<Transport, 'send'>;
}

export function callerOf(req: IncomingMessage, id: string, now: number, ownHeaders = true): CallerContext {
  const { path, query } = splitTarget(req.url ?? '/');
  return {
    id,
    ownHeaders,
    startedAt: now,
    req,
    path,
    query,
    peerIsLoopback: isLoopbackAddress(req.socket.remoteAddress),
    clientKey: undefined,
    tool: toolOf(req.headers),
  };
}

/** With the answer that it wants. Member by member: each request comes by here, and a spread takes longer. */
export function answering(caller: CallerContext, res: ServerResponse): RequestContext {
  const { id, ownHeaders, startedAt, req, path, query, peerIsLoopback, clientKey, tool } = caller;
  return { id, ownHeaders, startedAt, req, path, query, peerIsLoopback, clientKey, tool, res };
}

/** A request target's path and query, as they came. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
