import type { IncomingHttpHeaders, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ExchangeFiles, LoggedMessage } from '../journal/exchange-files.ts';
import { isSecretName } from '../journal/redaction.ts';
import type { RequestContext } from './context.ts';
import { decodeBody } from './inference/body.ts';

/** Bytes of a body that are kept. */
const keptBytes = 4 * 1024 * 1024;

/**
 * Writes down what a request and its answer say, as they pass by; nothing is held up or changed. To be called before
 * anybody reads the request, in the same turn of the event loop in which somebody does.
 */
export function tapExchange(ctx: RequestContext, files: Pick<ExchangeFiles, 'write'>, now: () => number): void {
  const { req, res } = ctx;
  const [asked, answered] = [new Kept(), new Kept()];
  req.on('data', (chunk: Buffer) => asked.push(chunk));
  const headers = tapAnswer(res, answered);
  res.once('close', () => {
    void Promise.all([messageOf(req.headers, asked), messageOf(headers(), answered)]).then(([request, answer]) =>
      files.write({
        id: ctx.id,
        startedAt: ctx.startedAt,
        totalMs: now() - ctx.startedAt,
        tool: ctx.tool,
        method: req.method ?? '',
        path: ctx.path,
        request,
        answer: { status: res.statusCode, ...answer },
      }),
    );
  });
}

/** The first part of a body. */
class Kept {
  readonly chunks: Buffer[] = [];
  bytes = 0;

  push(chunk: Buffer): void {
    const room = keptBytes - this.bytes;
    this.bytes += chunk.length;
    // A copy: what passes by may lie in memory that is used again.
    if (room > 0) this.chunks.push(Buffer.from(chunk.subarray(0, room)));
  }

  get cut(): boolean {
    return this.bytes > keptBytes;
  }
}

/** Node keeps headers that are given to `writeHead` to itself, so they are noted on their way. */
function tapAnswer(res: ServerResponse, kept: Kept): () => OutgoingHttpHeaders {
  const { writeHead, write, end } = res;
  let given: OutgoingHttpHeaders = {};
  const note = (chunk: unknown) => {
    if (chunk instanceof Uint8Array) kept.push(Buffer.from(chunk));
    else if (typeof chunk === 'string') kept.push(Buffer.from(chunk));
  };
  res.writeHead = function tapped(this: ServerResponse, ...args: unknown[]) {
    const last = args.at(-1);
    if (typeof last === 'object' && last !== null && !Array.isArray(last)) given = last as OutgoingHttpHeaders;
    return Reflect.apply(writeHead, this, args);
  } as typeof res.writeHead;
  res.write = function tapped(this: ServerResponse, ...args: unknown[]) {
    note(args[0]);
    return Reflect.apply(write, this, args);
  } as typeof res.write;
  res.end = function tapped(this: ServerResponse, ...args: unknown[]) {
    note(args[0]);
    return Reflect.apply(end, this, args);
  } as typeof res.end;
  return () => ({ ...res.getHeaders(), ...given });
}

async function messageOf(headers: IncomingHttpHeaders | OutgoingHttpHeaders, kept: Kept): Promise<LoggedMessage> {
  const encoding = headers['content-encoding'];
  return {
    headers: shownHeaders(headers),
    body: await bodyOf(kept, typeof encoding === 'string' ? encoding : undefined),
    bytes: kept.bytes,
    ...(kept.cut ? { cut: true as const } : {}),
  };
}

function shownHeaders(headers: IncomingHttpHeaders | OutgoingHttpHeaders): Record<string, string | string[]> {
  const shown = Object.entries(headers).flatMap(([name, value]): [string, string | string[]][] =>
    value === undefined ? [] : [[name, isSecretName(name) ? '[redacted]' : textOf(value)]],
  );
  return Object.fromEntries(shown);
}

function textOf(value: OutgoingHttpHeader): string | string[] {
  return Array.isArray(value) ? value : String(value);
}

async function bodyOf(kept: Kept, encoding: string | undefined): Promise<unknown> {
  const whole = Buffer.concat(kept.chunks);
  try {
    const text = (await decodeBody(whole, encoding, keptBytes)).toString('utf8');
    return kept.cut ? text : parsed(text);
  } catch {
    return `(${kept.bytes} bytes that cannot be unpacked: ${encoding})`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
