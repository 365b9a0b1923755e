import { applyEdits, type Edit, type Span } from '../../protocols/json-edit.ts';

/** A `data:` line: `start` to `end` is the value, `lineStart` to `next` the line with what ends it. */
interface DataLine extends Span {
  lineStart: number;
  next: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const field = Buffer.from('data:');
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Puts one server-sent event's data through `edit` and returns the event with what comes out in place of it, all other
 * bytes as they were; the same buffer when `edit` gives its argument back. Data that is spread over several lines is
 * seen joined by line feeds (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
export function editEventData(event: Buffer, edit: (data: Buffer) => Buffer): Buffer {
  const lines = dataLines(event);
  const [first, ...others] = lines;
  if (!first) return event;
  const data = others.length === 0 ? event.subarray(first.start, first.end) : joined(event, lines);
  const edited = edit(data);
  if (edited === data) return event;
  const edits: Edit[] = [{ start: first.start, end: first.end, replacement: laidOut(edited, lineEnd(event, first)) }];
  for (const line of others) edits.push({ start: line.lineStart, end: line.next, replacement: '' });
  return applyEdits(event, edits);
}

function dataLines(event: Buffer): DataLine[] {
  const lines: DataLine[] = [];
  const feeds = finder(event, lineFeed);
  const returns = finder(event, carriageReturn);
  let at = startsWith(event, byteOrderMark, 0) ? byteOrderMark.length : 0;
  while (at < event.length) {
    const end = Math.min(feeds(at), returns(at));
    const past = end + (event[end] === carriageReturn && event[end + 1] === lineFeed ? 2 : 1);
    const next = Math.min(past, event.length);
    if (startsWith(event, field, at)) {
      const value = at + field.length;
      lines.push({ lineStart: at, start: event[value] === space ? value + 1 : value, end, next });
    }
    at = next;
  }
  return lines;
}

/** Where `byte` comes next from a position that only grows, or the end. Searches each stretch once, however many lines. */
function finder(event: Buffer, byte: number): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) found = event.indexOf(byte, from);
    if (found < 0) found = event.length;
    return found;
  };
}

function startsWith(event: Buffer, prefix: Buffer, at: number): boolean {
  return event.length >= at + prefix.length && event.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0;
}

function lineEnd(event: Buffer, line: DataLine): string {
  return event.toString('latin1', line.end, line.next) || '\n';
}

function joined(event: Buffer, lines: readonly DataLine[]): Buffer {
  const pieces = lines.flatMap((line) => [event.subarray(line.start, line.end), Buffer.of(lineFeed)]);
  return Buffer.concat(pieces.slice(0, -1));
}

/** JSON has line breaks only between its tokens, so any of them may become the start of another data line. */
function laidOut(data: Buffer, end: string): Buffer | string {
  if (!data.includes(lineFeed) && !data.includes(carriageReturn)) return data;
  return data
    .toString()
    .split(/\r\n|\r|\n/)
    .join(`${end}data: `);
}
