import { findMember, JsonSyntaxError, type Span, splice, stringAt } from '../json-edit.ts';
import { createSseSplitter, parseEvent } from '../sse.ts';
import type { AnswerTranslation } from '../translation/answer.ts';
import type { RenderableError } from '../wire-format.ts';

/**
 * Makes the stream of a Codex backend one that every client of the public API reads: without Codex's own events, and with
 * the output in the final event, which the backend leaves to its clients to put together. All other bytes stay.
 */
export function createPublicStream(): AnswerTranslation {
  return new PublicStream();
}

const finals = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.done', 'error']);

class PublicStream implements AnswerTranslation {
  error: RenderableError | undefined;
  isDone = false;
  readonly #splitter = createSseSplitter();
  /** JSON text of the finished items, by their places. */
  readonly #items = new Map<number, Buffer>();
  #isOver = false;

  push(chunk: Buffer): Buffer[] {
    return this.#splitter.push(chunk).flatMap((raw) => this.#pass(raw));
  }

  end(): Buffer[] {
    this.isDone = this.#isOver;
    if (this.isDone) return [];
    const message = 'The provider ended its answer early: the stream ended without its last event.';
    this.error = { status: 502, code: 'upstream_lost', message };
    return [];
  }

  #pass(raw: Buffer): Buffer[] {
    // Nearly every event is a delta: a few native searches and no more.
    const isSpecial = raw.includes('codex.') || raw.includes('_item.done') || mayBeFinal(raw);
    const data = isSpecial ? parseEvent(raw)?.data : undefined;
    const type = data && textAt(data, 'type');
    if (!data || type === undefined) return [raw];
    if (type.startsWith('codex.')) return [];
    if (type === 'response.output_item.done') this.#keep(data);
    if (!finals.has(type)) return [raw];
    this.#isOver = true;
    return type.startsWith('response.') && type !== 'response.failed' ? [this.#final(raw, data, type)] : [raw];
  }

  #keep(data: Buffer): void {
    const [item, place] = [at(data, 'item'), at(data, 'output_index')];
    const index = place ? Number(data.toString('utf8', place.start, place.end)) : this.#items.size;
    if (item) this.#items.set(index, Buffer.from(data.subarray(item.start, item.end)));
  }

  #final(raw: Buffer, data: Buffer, type: string): Buffer {
    const output = at(data, 'response', 'output');
    const isEmpty = output && /^\[\s*\]$/.test(data.toString('utf8', output.start, output.end));
    const isOdd = type === 'response.done';
    if (!isOdd && (!isEmpty || this.#items.size === 0)) return raw;
    const name = at(data, 'type');
    const shown = isOdd ? 'response.completed' : type;
    const edits = [
      ...(name ? [{ ...name, replacement: JSON.stringify(shown) }] : []),
      ...(isEmpty && output ? [{ ...output, replacement: this.#output() }] : []),
    ];
    const body = Buffer.concat(splice(data, edits))
      .toString('utf8')
      .replaceAll(/\r\n|\r|\n/g, ' ');
    return Buffer.from(`event: ${shown}\ndata: ${body}\n\n`);
  }

  #output(): string {
    const items = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item.toString('utf8'));
    return `[${items.join(',')}]`;
  }
}

function mayBeFinal(raw: Buffer): boolean {
  return [...finals].some((type) => raw.includes(`"${type}"`));
}

function textAt(data: Buffer, name: string): string | undefined {
  const span = at(data, name);
  return span && stringAt(data, span);
}

/** Undefined for what is not there, or not JSON. */
function at(data: Buffer, ...names: readonly string[]): Span | undefined {
  try {
    let span: Span | undefined;
    for (const name of names) {
      if (span && data[span.start] !== 0x7b) return undefined;
      span = findMember(data, name, span?.start);
      if (!span) return undefined;
    }
    return span;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
