import { createScanner, type Node } from 'jsonc-parser';
import { lineEnd, type Splice, spliced, wholeLines } from './config-format.ts';

/** How a file is laid out, as far as it can be seen. */
export interface Layout {
  eol: '\r\n' | '\n';
  /** One step of indentation. */
  step: string;
}

export function layoutOf(text: string): Layout {
  return { eol: lineEnd(text), step: /^([ \t]+)["}\]]/m.exec(text)?.[1] ?? '  ' };
}

/** A value as text, its lines after the first one indented. */
export function rendered(value: unknown, { eol, step }: Layout, indent: string): string {
  return JSON.stringify(value, null, step).replaceAll('\n', eol + indent);
}

/** The text with a property, or an element where `name` is undefined, added at the end of a container. */
export function inserted(
  text: string,
  container: Node,
  name: string | undefined,
  value: unknown,
  layout: Layout,
): string {
  const last = container.children?.at(-1);
  const open = container.offset + 1;
  const close = container.offset + container.length - 1;
  const base = leadingBlanks(text, container.offset);
  const item = (indent: string) =>
    `${name === undefined ? '' : `${JSON.stringify(name)}: `}${rendered(value, layout, indent)}`;
  if (!last) {
    const inner = text.slice(open, close);
    const at = open + inner.trimEnd().length;
    const indent = base + layout.step;
    const tail = text.slice(at, close).includes('\n') ? '' : layout.eol + base;
    return spliced(text, [{ start: at, end: at, text: layout.eol + indent + item(indent) + tail }]);
  }
  const end = last.offset + last.length;
  const comma = commaAfter(text, end, close);
  const isLong = text.slice(open, container.children?.[0]?.offset).includes('\n');
  const splices: Splice[] = comma === undefined ? [{ start: end, end, text: ',' }] : [];
  if (isLong) {
    const indent = startsItsLine(text, last.offset) ? leadingBlanks(text, last.offset) : base + layout.step;
    const at = endOfRemarks(text, comma ?? end);
    splices.push({
      start: at,
      end: at,
      text: `${layout.eol}${indent}${item(indent)}${comma === undefined ? '' : ','}`,
    });
  } else {
    const at = comma ?? end;
    const short = `${name === undefined ? '' : `${JSON.stringify(name)}: `}${JSON.stringify(value)}`;
    splices.push({ start: at, end: at, text: ` ${short}${comma === undefined ? '' : ','}` });
  }
  return joined(text, splices);
}

/** Both may be for one place: the comma goes first. */
function joined(text: string, [first, second]: Splice[]): string {
  if (!first || !second) return spliced(text, first ? [first] : []);
  if (first.start === second.start) return spliced(text, [{ ...first, text: first.text + second.text }]);
  return spliced(text, [first, second]);
}

/** The text without a property or element, and without the comma that it needed. */
export function removed(text: string, item: Node): string {
  const container = item.parent;
  const siblings = container?.children ?? [];
  const end = item.offset + item.length;
  const close = container ? container.offset + container.length - 1 : end;
  const comma = commaAfter(text, end, close);
  const cut = wholeLines(text, item.offset, comma ?? end);
  const before = siblings[siblings.indexOf(item) - 1];
  if (comma !== undefined || !before) return spliced(text, [cut]);
  const comma2 = commaAfter(text, before.offset + before.length, close);
  if (comma2 === undefined) return spliced(text, [cut]);
  return spliced(text, [cut, { start: comma2 - 1, end: Math.min(comma2, cut.start), text: '' }]);
}

/** Where the comma after a value ends; undefined where there is none before `limit`. */
function commaAfter(text: string, offset: number, limit: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  if (text[scanner.getTokenOffset()] !== ',') return undefined;
  const end = scanner.getTokenOffset() + 1;
  return end <= limit ? end : undefined;
}

/** Where a line ends whose rest is blanks and comments; else the offset itself. */
function endOfRemarks(text: string, offset: number): number {
  const rest = /^(?:[ \t]*\/\*(?:(?!\*\/)[^\r\n])*\*\/)*(?:[ \t]*\/\/[^\r\n]*)?/.exec(text.slice(offset));
  return offset + (rest?.[0].length ?? 0);
}

function startsItsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

function leadingBlanks(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';
}
