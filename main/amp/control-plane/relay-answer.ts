import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { answerHeaders } from '../forward-headers.ts';
import { type UnpackLimits, unpackedSize, unpackLong, unpackWhole } from './unpack.ts';

/**
 * Passes Amp's answer on: status, headers and body as they are, but for one correction. Amp sends some bodies
 * gzip-packed without saying so; those are unpacked, and never labelled.
 *
 * - A declared encoding, server-sent events, partial content, gzip files that say they are files, and answers without a
 *   body are not looked at: their head goes out at once.
 * - A packed body up to `limits.held` is checked whole before it is sent: if it is cut off or damaged the original bytes
 *   go out unchanged, otherwise the unpacked ones with their `Content-Length`. The check keeps no output.
 * - A longer one is unpacked as it arrives, chunked. Only its beginning can be checked first; damage further on ends
 *   the client's connection, since a complete-looking answer would be wrong.
 *
 * Resolves when the client has everything. Throws when the upstream fails, the limits are exceeded, or the client goes
 * away; `res.headersSent` tells whether an error can still be answered.
 */
export async function relayAnswer(answer: IncomingMessage, res: ServerResponse, limits: UnpackLimits): Promise<void> {
  if (mustPassUntouched(answer, res)) {
    writeHead(answer, res);
    res.flushHeaders();
    return send(answer, res);
  }
  const body = chunksOf(answer);
  const held = await hold({ chunks: [], bytes: 0, ended: false }, body, 1);
  if (held.chunks[0]?.[0] === gzipMagic[0]) await hold(held, body, gzipMagic.length);
  if (!looksPacked(held)) {
    writeHead(answer, res);
    return send(chain(held, body), res);
  }
  await hold(held, body, limits.held);
  if (held.ended) return relayShort(answer, Buffer.concat(held.chunks), res, limits);
  const unpacked = await unpackLong(Buffer.concat(held.chunks), body, limits);
  writeHead(answer, res, unpacked ? 'unknown' : 'as received');
  return send(unpacked ?? chain(held, body), res);
}

async function relayShort(answer: IncomingMessage, packed: Buffer, res: ServerResponse, limits: UnpackLimits) {
  const size = await unpackedSize(packed, limits);
  writeHead(answer, res, size ?? 'as received');
  return send(size === undefined ? [packed] : unpackWhole(packed, limits), res);
}

function mustPassUntouched(answer: IncomingMessage, res: ServerResponse): boolean {
  const status = answer.statusCode ?? 0;
  if (res.req.method === 'HEAD' || status === 204 || status === 304 || status === 206) return true;
  if (answer.headers['content-encoding'] !== undefined) return true;
  return /text\/event-stream|application\/(x-)?(gzip|tgz|gtar-compressed)/i.test(answer.headers['content-type'] ?? '');
}

function writeHead(
  answer: IncomingMessage,
  res: ServerResponse,
  length: number | 'as received' | 'unknown' = 'as received',
): void {
  res.statusCode = answer.statusCode ?? 502;
  res.statusMessage = answer.statusMessage ?? '';
  for (const [key, { name, values }] of answerHeaders(answer.rawHeaders)) {
    if (key === 'content-length' && length !== 'as received') continue;
    // The gateway has set one of its own for origins that it allows.
    if (key === 'vary') res.appendHeader(name, values);
    else res.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
  }
  if (typeof length === 'number') res.setHeader('Content-Length', length);
}

/** Writes as fast as the client reads. Not stream.pipeline: that hides which end failed, and we must tell. */
async function send(source: AsyncIterable<Buffer> | Iterable<Buffer>, res: ServerResponse): Promise<void> {
  for await (const chunk of source) {
    if (!res.write(chunk)) await drained(res);
  }
  res.end();
  await finished(res);
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    if (res.destroyed) return reject(new Error('The client went away'));
    const settle = () => {
      res.off('drain', settle);
      res.off('close', settle);
      if (res.destroyed) reject(new Error('The client went away'));
      else resolve();
    };
    res.on('drain', settle);
    res.on('close', settle);
  });
}

/** The first two bytes of every gzip file (RFC 1952 §2.3.1). */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

interface Held {
  chunks: Buffer[];
  bytes: number;
  ended: boolean;
}

/** Reads on until at least `bytes` are held or the body has ended. */
async function hold(held: Held, body: AsyncIterator<Buffer>, bytes: number): Promise<Held> {
  while (!held.ended && held.bytes < bytes) {
    const next = await body.next();
    if (next.done) {
      held.ended = true;
    } else {
      held.chunks.push(next.value);
      held.bytes += next.value.length;
    }
  }
  return held;
}

function looksPacked({ chunks }: Held): boolean {
  const start = Buffer.concat(chunks.map((chunk) => chunk.subarray(0, gzipMagic.length)));
  return start.subarray(0, gzipMagic.length).equals(gzipMagic);
}

async function* chain(held: Held, body: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* held.chunks;
  yield* body;
}

async function* chunksOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of answer) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}
