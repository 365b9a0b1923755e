import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../errors.ts';

export interface BodyLimits {
  /** Bytes, before and after unpacking. */
  maxBytes: number;
  /** Milliseconds without a byte before the upload is given up. */
  idleMs: number;
}

/** Its Content-Length; NaN where it has none, and for nonsense. */
export function declaredBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? Number.NaN);
}

/** For what is to follow what happens now; queueMicrotask() makes an async resource each time. */
const soon = Promise.resolve();

/** Gives a whole request body to `take`, in the pieces it comes in. Rejects with GatewayError, or with ClientGone. */
export function readBody(
  req: IncomingMessage,
  limits: BodyLimits,
  clock: Clock,
  take: (piece: Buffer) => void,
): Promise<void> {
  if (declaredBytes(req) > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
  return new Promise((resolve, reject) => {
    let size = 0;
    let isOver = false;
    let lastByteAt = clock.now();
    let cancelIdle = () => {};
    // Most bodies come with their heads: those are complete when what brought the head has been gone through.
    void soon.then(() => {
      if (!isOver && !req.complete) cancelIdle = clock.after(limits.idleMs, checkIdle);
    });
    function checkIdle() {
      const silent = clock.now() - lastByteAt;
      if (silent >= limits.idleMs) finish(() => reject(new GatewayError('body_stalled')));
      else cancelIdle = clock.after(limits.idleMs - silent, checkIdle);
    }
    // The listeners stay: they go with the request.
    function finish(settle: () => void) {
      if (isOver) return;
      isOver = true;
      cancelIdle();
      settle();
    }
    function onData(chunk: Buffer) {
      if (isOver) return;
      lastByteAt = clock.now();
      size += chunk.length;
      if (size > limits.maxBytes) finish(() => reject(tooLarge(limits.maxBytes)));
      else take(chunk);
    }
    const onEnd = () => finish(resolve);
    const onClose = () => finish(() => reject(new ClientGone('The client went away')));
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** The client closed the connection; nobody is left to answer. */
export class ClientGone extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ClientGone';
  }
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', { detail: `the limit is ${maxBytes} bytes` });
}

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Whether a Content-Encoding asks for unpacking. */
export function isEncoded(encoding: string | undefined): encoding is string {
  const name = encoding?.trim().toLowerCase();
  return name !== undefined && name !== '' && name !== 'identity';
}

/** Undoes a request's Content-Encoding. Rejects with `unsupported_encoding`, `body_too_large` or `invalid_json`. */
export async function decodeBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (!isEncoded(encoding) || body.length === 0) return body;
  const name = encoding.trim().toLowerCase();
  const unpack = unpackers()[name];
  if (!unpack) throw new GatewayError('unsupported_encoding', { detail: name.slice(0, 40), param: 'content-encoding' });
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new GatewayError('invalid_json', {
      detail: `the body is not valid ${name}`,
      param: 'content-encoding',
      cause,
    });
  }
}

/** zstd is part of Node from 22.15 on; older runtimes refuse it by name. */
function unpackers(): Record<string, Unpack | undefined> {
  const zstd = (zlib as { zstdDecompress?: typeof zlib.gunzip }).zstdDecompress;
  const gunzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip);
  return {
    gzip: gunzip,
    'x-gzip': gunzip,
    deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.inflate),
    br: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.brotliDecompress),
    zstd: zstd && promisify<Buffer, { maxOutputLength: number }, Buffer>(zstd),
  };
}
