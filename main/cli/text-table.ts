import { cellWidth, visible } from './terminal-text.ts';

export interface TableOptions {
  indent?: string;
  /** Columns of the terminal; absent where lines may be as long as they are, as in a file or a pipe. */
  width?: number | undefined;
}

const gap = '  ';
/** A column is never made narrower than this, and than its widest cell where that is less. */
const leastWidth = 8;

/**
 * Rows of cells as lines of aligned columns, two spaces apart and without spaces at the end. Where the terminal is too
 * narrow, the widest columns give way and their cells go on below. Control characters are shown as `?`.
 */
export function textTable(rows: readonly (readonly string[])[], { indent = '', width }: TableOptions = {}): string[] {
  const cells = rows.map((row) => row.map(visible));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => cellWidth(row[column] ?? ''))));
  narrow(widths, (width ?? Number.POSITIVE_INFINITY) - indent.length - gap.length * (widths.length - 1));
  return cells.flatMap((row) => {
    const columns = row.map((cell, column) => wrapped(cell, widths[column] ?? 0));
    return Array.from({ length: Math.max(...columns.map(({ length }) => length)) }, (_, line) => {
      const parts = columns.map((lines, column) => padded(lines[line] ?? '', widths[column] ?? 0));
      return `${indent}${parts.join(gap)}`.trimEnd();
    });
  });
}

/** Takes from the widest column until all fit into `room`, or until none has any to give. */
function narrow(widths: number[], room: number): void {
  let excess = widths.reduce((sum, one) => sum + one, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= leastWidth) return;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
}

/** The lines of a cell, broken at spaces; a word that is longer than a line is broken, too. */
function wrapped(cell: string, width: number): string[] {
  if (cellWidth(cell) <= width) return [cell];
  const lines: string[] = [];
  let line = '';
  for (const word of cell.split(' ').flatMap((one) => pieces(one, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && cellWidth(piece + character) > width) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}
