import type { IncomingMessage } from 'node:http';

/** Reads a body of JSON; an empty one is null. Undefined where it is none, is cut off, or would be too long: it is not read then. */
export async function jsonBody(req: IncomingMessage, mostBytes: number): Promise<{ value: unknown } | undefined> {
  const { 'content-type': type = '', 'content-length': length, 'content-encoding': encoding } = req.headers;
  if (!/^application\/json\b/i.test(type) || encoding !== undefined) return undefined;
  // A browser always says how long it is; nothing longer than that can come.
  if (length === undefined || Number(length) > mostBytes) return undefined;
  try {
    const pieces: Buffer[] = [];
    for await (const piece of req as AsyncIterable<Buffer>) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    return { value: text === '' ? null : JSON.parse(text) };
  } catch {
    return undefined;
  }
}
