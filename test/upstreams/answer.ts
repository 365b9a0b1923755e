import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib';
import type { Gate } from './gate.ts';
import type { Recorder } from './recording.ts';

/** How an answer's bytes are put on the wire. */
export interface Delivery {
  /** Waits here before the status line. */
  beforeHead?: Gate;
  /** Waits before the part with that index; one past the last part waits before the end. */
  beforePart?: Readonly<Record<number, Gate>>;
  /** Cuts the connection: before the status line, or after so many bytes of the (encoded) body. `reset` sends RST instead of FIN. */
  cut?: 'before-head' | { afterBytes: number; reset?: boolean };
  /** Writes the body in pieces of this many bytes, wherever that splits characters, lines and events. */
  chunkBytes?: number;
  /** `gzip` and `br` are declared in Content-Encoding; the others hide a whole or a half gzip body from the headers. */
  encoding?: 'gzip' | 'br' | 'undeclared-gzip' | 'truncated-gzip';
}

/** A complete HTTP answer. Parts are events of a stream, or the one body. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  parts: readonly (string | Buffer)[];
  /** A stream is sent chunked, part by part; anything else with a Content-Length. */
  stream?: boolean;
  delivery?: Delivery;
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, parts: [JSON.stringify(body)] };
}

export function textAnswer(status: number, contentType: string, body: string | Buffer): Answer {
  return { status, headers: { 'content-type': contentType }, parts: [body] };
}

/** What a proxy or CDN in front of the real service sends when it fails. */
export function htmlAnswer(status: number): Answer {
  const page = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return textAnswer(status, 'text/html; charset=UTF-8', page);
}

export interface EventFormat {
  lineEnd?: '\n' | '\r\n';
  /** A comment line before each event. */
  comments?: boolean;
}

/** Server-sent events, one string each. */
export function renderEvents(events: readonly { name?: string; data: unknown }[], format: EventFormat = {}): string[] {
  const end = format.lineEnd ?? '\n';
  return events.map(({ name, data }) => {
    const lines = [
      ...(format.comments ? [': keep-alive'] : []),
      ...(name ? [`event: ${name}`] : []),
      `data: ${typeof data === 'string' ? data : JSON.stringify(data)}`,
    ];
    return `${lines.join(end)}${end}${end}`;
  });
}

/** Sends an answer as its delivery says. Resolves when it is sent, cut, or the client has gone. */
export async function deliver(answer: Answer, response: ServerResponse, recorder: Recorder): Promise<void> {
  const delivery = answer.delivery ?? {};
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  const pass = async (gate: Gate | undefined) => {
    gate?.reach();
    if (gate) await Promise.race([gate.opened, gone]);
  };
  const cut = (reset: boolean) => {
    recorder.cuts(response);
    if (reset) response.socket?.resetAndDestroy();
    else response.socket?.destroy();
  };
  await pass(delivery.beforeHead);
  if (delivery.cut === 'before-head') return cut(false);
  const parts = await encoded(answer.parts, delivery.encoding);
  const end = typeof delivery.cut === 'object' ? delivery.cut.afterBytes : Number.POSITIVE_INFINITY;
  writeHead(answer, parts, response);
  let sent = 0;
  for (const [index, part] of parts.entries()) {
    await pass(delivery.beforePart?.[index]);
    for (const piece of pieces(part.subarray(0, Math.max(0, end - sent)), delivery.chunkBytes)) {
      if (response.destroyed) return;
      await Promise.race([write(response, piece), gone]);
    }
    sent += part.length;
    if (sent >= end) return cut(typeof delivery.cut === 'object' && delivery.cut.reset === true);
  }
  await pass(delivery.beforePart?.[parts.length]);
  response.end();
  await gone;
}

function writeHead(answer: Answer, parts: readonly Buffer[], response: ServerResponse): void {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const encoding = answer.delivery?.encoding;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(encoding === 'gzip' || encoding === 'br' ? { 'content-encoding': encoding } : {}),
    ...(answer.stream || answer.status === 204 || answer.status === 304 ? {} : { 'content-length': String(length) }),
  });
  response.flushHeaders();
}

async function encoded(parts: readonly (string | Buffer)[], encoding: Delivery['encoding']): Promise<Buffer[]> {
  const plain = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  if (encoding === undefined) return plain;
  if (encoding === 'br') return [brotliCompressSync(Buffer.concat(plain))];
  if (encoding === 'gzip') return gzipParts(plain);
  const whole = gzipSync(Buffer.concat(plain));
  return [encoding === 'undeclared-gzip' ? whole : whole.subarray(0, Math.floor(whole.length / 2))];
}

/** One gzip stream, flushed at each part's end, so that a gate between two parts still shows the first. */
async function gzipParts(parts: readonly Buffer[]): Promise<Buffer[]> {
  const gzip = createGzip();
  const result: Buffer[] = [];
  let current: Buffer[] = [];
  gzip.on('data', (bytes: Buffer) => current.push(bytes));
  for (const part of parts) {
    await write(gzip, part);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    result.push(Buffer.concat(current));
    current = [];
  }
  await new Promise<void>((resolve) => gzip.once('end', resolve).end());
  result.push(Buffer.concat(current));
  return result;
}

function* pieces(bytes: Buffer, size: number | undefined): Generator<Buffer> {
  const step = size ?? Math.max(1, bytes.length);
  for (let start = 0; start < bytes.length; start += step) yield bytes.subarray(start, start + step);
}

function write(target: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => target.write(bytes, () => resolve()));
}
