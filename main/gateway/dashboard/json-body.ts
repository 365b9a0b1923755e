import type { IncomingMessage } from 'node:http';

/** Reads a body of JSON; undefined where it is too long, cut off, or none. An empty one is null. */
export async function jsonBody(req: IncomingMessage, mostBytes: number): Promise<{ value: unknown } | undefined> {
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '') || req.headers['content-encoding'] !== undefined)
    return undefined;
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of req as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > mostBytes) return undefined;
      pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString('utf8');
    return { value: text === '' ? null : JSON.parse(text) };
  } catch {
    return undefined;
  }
}
