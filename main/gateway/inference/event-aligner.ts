/**
 * Cuts a byte stream at event ends, so that a failure can be told between events and never inside one.
 * Bytes pass unchanged and in order; only an unfinished event waits.
 */
export interface EventAligner {
  /** Everything up to the last event end seen; undefined when none is complete yet. */
  push(chunk: Buffer): Buffer | undefined;
  /** What never became a whole event. */
  rest(): Buffer;
}

export function createEventAligner(): EventAligner {
  let waiting: Buffer[] = [];
  return {
    push(chunk) {
      const end = lastEventEnd(chunk, waiting);
      if (end === 0) {
        waiting.push(chunk);
        return undefined;
      }
      const whole = end === chunk.length ? chunk : chunk.subarray(0, end);
      const ready = waiting.length === 0 ? whole : Buffer.concat([...waiting, whole]);
      waiting = end === chunk.length ? [] : [chunk.subarray(end)];
      return ready;
    },
    rest: () => Buffer.concat(waiting),
  };
}

const lf = 0x0a;
const cr = 0x0d;

/** Index after the last blank line that ends within `chunk`, 0 when there is none. A blank line may begin in `before`. */
function lastEventEnd(chunk: Buffer, before: readonly Buffer[]): number {
  const size = chunk.length;
  if (size > 1 && chunk[size - 1] === lf && chunk[size - 2] === lf) return size;
  for (let at = size - 1; at >= 0; at--) {
    at = chunk.lastIndexOf(lf, at);
    if (at < 0) break;
    if (endsBlankLine(chunk, at, before)) return at + 1;
  }
  return 0;
}

/** Whether the line feed at `at` closes an empty line: `\n\n` or `\n\r\n`. */
function endsBlankLine(chunk: Buffer, at: number, before: readonly Buffer[]): boolean {
  const previous = byteAt(chunk, at - 1, before);
  if (previous === lf) return true;
  return previous === cr && byteAt(chunk, at - 2, before) === lf;
}

function byteAt(chunk: Buffer, index: number, before: readonly Buffer[]): number | undefined {
  if (index >= 0) return chunk[index];
  let left = -index;
  for (let i = before.length - 1; i >= 0; i--) {
    const piece = before[i];
    if (!piece) continue;
    if (left <= piece.length) return piece[piece.length - left];
    left -= piece.length;
  }
  return undefined;
}
