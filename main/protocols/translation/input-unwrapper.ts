import { objectIn } from '../json-text.ts';

/** Takes the text out of the arguments `{"input": "…"}` that stand for a custom tool's free text, as it arrives. */
export interface InputUnwrapper {
  /** The part of the text that is certain by now. */
  push(json: string): string;
  /** The rest; all of the arguments, where they are not of that shape. */
  end(): string;
}

const opening = /^\s*\{\s*"input"\s*:\s*"/;

export function createInputUnwrapper(): InputUnwrapper {
  let state: 'before' | 'inside' | 'after' = 'before';
  /** Before: everything. Inside: half an escape. */
  let pending = '';
  return {
    push(text) {
      if (state === 'after') return '';
      pending += text;
      if (state === 'before') {
        const start = opening.exec(pending)?.[0].length;
        if (start === undefined) return '';
        pending = pending.slice(start);
        state = 'inside';
      }
      const end = certainLength(pending);
      const shown = unescaped(pending.slice(0, end));
      if (pending[end] === '"') state = 'after';
      pending = pending.slice(end);
      return shown;
    },
    end: () => (state === 'before' ? (wholeInput(pending) ?? pending) : ''),
  };
}

/** How much of a JSON string's inside can be read already: up to its end, or to an escape that is not all there. */
function certainLength(text: string): number {
  let end = 0;
  while (end < text.length && text[end] !== '"') {
    const length = escapeLength(text, end);
    if (end + length > text.length) break;
    end += length;
  }
  return end;
}

/** Characters that belong together: an escape, or the two halves of a character beyond the basic plane. */
function escapeLength(json: string, at: number): number {
  if (json[at] !== '\\') return 1;
  if (json[at + 1] !== 'u') return 2;
  const isHighHalf = /^d[89ab]/i.test(json.slice(at + 2, at + 4));
  return isHighHalf ? 12 : 6;
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    // Control characters that a careless model left unescaped.
    return text;
  }
}

function wholeInput(json: string): string | undefined {
  const input = objectIn(json)?.input;
  return typeof input === 'string' ? input : undefined;
}
