/** Cuts a JSON array that arrives in pieces into its elements, without building them. */
export interface ArrayElements {
  /** Elements that are whole by now, as their bytes. */
  push(chunk: Buffer): Buffer[];
  /** Whether the array's end has been seen. */
  ended(): boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const openers = new Set([0x7b, 0x5b]);
const closers = new Set([0x7d, 0x5d]);

/** Only objects and lists count as elements: a stream of answers has no others. */
export function createArrayElements(): ArrayElements {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let isOver = false;
  let held: Buffer[] = [];
  return {
    push(chunk) {
      const elements: Buffer[] = [];
      let start = depth > 1 ? 0 : -1;
      for (let i = 0; i < chunk.length; i += 1) {
        const byte = chunk[i] ?? 0;
        if (inString) {
          if (isEscaped) isEscaped = false;
          else if (byte === backslash) isEscaped = true;
          else if (byte === quote) inString = false;
        } else if (byte === quote) inString = true;
        else if (openers.has(byte)) {
          depth += 1;
          if (depth === 2) start = i;
        } else if (closers.has(byte)) {
          depth -= 1;
          if (depth === 1) {
            elements.push(Buffer.concat([...held, chunk.subarray(Math.max(start, 0), i + 1)]));
            held = [];
            start = -1;
          } else if (depth === 0) isOver = true;
        }
      }
      if (depth > 1) held.push(chunk.subarray(Math.max(start, 0)));
      return elements;
    },
    ended: () => isOver,
  };
}
