/** Largest answer of a sign-in service that is read, in bytes; real ones are a few kilobytes. */
const maxAnswerBytes = 256 * 1024;

/** The body as text. Rejects, and ends the connection, when it is too large. */
export async function readCapped(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > maxAnswerBytes) throw new RangeError('The answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
