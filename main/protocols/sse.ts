/**
 * Server-sent events over bytes (WHATWG HTML, "Server-sent events"). Nothing is decoded or copied on the way: events are
 * slices of the chunks they came in, except those that were split over several chunks.
 */

const lf = 0x0a;
const cr = 0x0d;
const blankLine = Buffer.from('\n\n');
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** An unfinished event beyond this size, in bytes, is passed on as it is instead of being held back. */
const maxHeldBytes = 50 * 1024 * 1024;

/** Cuts a byte stream after blank lines. */
export interface SseAligner {
  /** All bytes up to the last event's end; undefined while no event is complete. */
  push(chunk: Buffer): Buffer | undefined;
  /** The unfinished event, if there is one. */
  end(): Buffer | undefined;
}

/** Cuts a byte stream into events. All pieces together are the stream, byte for byte. */
export interface SseSplitter {
  /** Complete events, each with the blank line that ends it. */
  push(chunk: Buffer): Buffer[];
  /** The unfinished event, if there is one. */
  end(): Buffer[];
}

/** One event that carries data. */
export interface SseEvent {
  /** Value of the `event` field; empty when there is none. */
  type: string;
  /** Value of the `data` field, its lines joined by line feeds. */
  data: Buffer;
}

/** Makes an aligner. A chunk of whole events comes back as it is. */
export function createSseAligner(maxBytes = maxHeldBytes): SseAligner {
  const scanner = new BlankLineScanner();
  let held: Buffer[] = [];
  let heldBytes = 0;
  const release = () => {
    const [only] = held;
    const all = held.length > 1 ? Buffer.concat(held, heldBytes) : only;
    held = [];
    heldBytes = 0;
    return all;
  };
  const hold = (piece: Buffer) => {
    if (piece.length > 0) held.push(piece);
    heldBytes += piece.length;
  };
  return {
    push(chunk) {
      const end = scanner.lastEnd(chunk);
      if (end === chunk.length && heldBytes === 0) return end === 0 ? undefined : chunk;
      hold(chunk.subarray(0, end));
      const ready = end > 0 || heldBytes + chunk.length > maxBytes ? release() : undefined;
      hold(chunk.subarray(end));
      return ready;
    },
    end: release,
  };
}

/** Makes a splitter. */
export function createSseSplitter(maxBytes = maxHeldBytes): SseSplitter {
  const aligner = createSseAligner(maxBytes);
  const split = (block: Buffer | undefined) => (block ? splitEvents(block) : []);
  return { push: (chunk) => split(aligner.push(chunk)), end: () => split(aligner.end()) };
}

/** Splits bytes that begin at an event's start into events; a last one may be unfinished. */
export function splitEvents(block: Buffer): Buffer[] {
  const ends = block.includes(cr) ? new BlankLineScanner().allEnds(block) : lineFeedEnds(block);
  if (ends.at(-1) !== block.length) ends.push(block.length);
  if (ends.length === 1) return [block];
  let start = 0;
  return ends.map((end) => {
    const event = block.subarray(start, end);
    start = end;
    return event;
  });
}

/** Reads one event; undefined for comments and events without data. */
export function parseEvent(raw: Buffer): SseEvent | undefined {
  let type = '';
  const data: Buffer[] = [];
  const hasCr = raw.includes(cr);
  let at = startsWith(raw, byteOrderMark, 0) ? byteOrderMark.length : 0;
  while (at < raw.length) {
    const end = lineEnd(raw, at, hasCr);
    if (startsWithField(raw, 'data', at, end)) data.push(valueAt(raw, at + 4, end));
    else if (startsWithField(raw, 'event', at, end)) type = valueAt(raw, at + 5, end).toString('utf8');
    at = end + (raw[end] === cr && raw[end + 1] === lf ? 2 : 1);
  }
  const [only] = data;
  if (!only) return undefined;
  return { type, data: data.length === 1 ? only : joinLines(data) };
}

/** One event as text; without `type` it has no `event` field. Line breaks in the data become several data lines. */
export function encodeEvent(type: string | undefined, data: string): string {
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n|\r|\n/).join('\ndata: ') : data;
  return `${type === undefined ? '' : `event: ${type}\n`}data: ${lines}\n\n`;
}

/** Finds blank lines in a stream whose lines end in LF, CR or CRLF; remembers where the last chunk stopped. */
class BlankLineScanner {
  private lineIsEmpty = true;
  private afterCr = false;

  /** Offset past the last blank line that ends in this chunk, 0 when there is none. */
  lastEnd(chunk: Buffer): number {
    if (this.afterCr || chunk.includes(cr)) return this.allEnds(chunk).at(-1) ?? 0;
    if (chunk.length === 0) return 0;
    const endsInBlankLine = chunk[chunk.length - 1] === lf && chunk[chunk.length - 2] === lf;
    const found = endsInBlankLine ? chunk.length - 2 : chunk.lastIndexOf(blankLine);
    const isSplit = this.lineIsEmpty && chunk[0] === lf;
    this.lineIsEmpty = chunk[chunk.length - 1] === lf;
    if (found >= 0) return found + 2;
    return isSplit ? 1 : 0;
  }

  /** Offsets past all blank lines of this chunk. */
  allEnds(chunk: Buffer): number[] {
    const ends: number[] = [];
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (byte === lf && this.afterCr) {
        this.afterCr = false;
        // The line feed belongs to the carriage return before it, whose line may have been blank.
        if (i > 0 && ends.at(-1) === i) ends[ends.length - 1] = i + 1;
        continue;
      }
      const endsLine = byte === lf || byte === cr;
      if (endsLine && this.lineIsEmpty) ends.push(i + 1);
      this.lineIsEmpty = endsLine;
      this.afterCr = byte === cr;
    }
    return ends;
  }
}

function lineFeedEnds(block: Buffer): number[] {
  const ends: number[] = [];
  for (let at = block.indexOf(blankLine); at >= 0; at = block.indexOf(blankLine, at + 2)) ends.push(at + 2);
  return ends;
}

function lineEnd(raw: Buffer, from: number, hasCr: boolean): number {
  const feed = raw.indexOf(lf, from);
  const end = feed < 0 ? raw.length : feed;
  if (!hasCr) return end;
  const ret = raw.subarray(from, end).indexOf(cr);
  return ret < 0 ? end : from + ret;
}

/** Whether the line is the field `name`, with or without a value. */
function startsWithField(raw: Buffer, name: string, at: number, end: number): boolean {
  for (let i = 0; i < name.length; i += 1) {
    if (raw[at + i] !== name.charCodeAt(i)) return false;
  }
  const after = at + name.length;
  return after === end || (after < end && raw[after] === 0x3a);
}

function valueAt(raw: Buffer, colon: number, end: number): Buffer {
  const start = raw[colon + 1] === 0x20 ? colon + 2 : colon + 1;
  return raw.subarray(Math.min(start, end), end);
}

function joinLines(lines: readonly Buffer[]): Buffer {
  const feed = Buffer.from('\n');
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [feed, line])));
}

function startsWith(raw: Buffer, prefix: Buffer, at: number): boolean {
  return raw.subarray(at, at + prefix.length).equals(prefix);
}
