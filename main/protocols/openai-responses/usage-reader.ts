import type { Json } from '../exact-json.ts';
import { findMember, JsonSyntaxError, members, parseAt, type Span, stringAt } from '../json-edit.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import type { Usage } from '../wire-format.ts';
import { usageIn } from './usage.ts';

/** Watches an answer pass by. Feed it the bytes as they come; it keeps none of a stream but an unfinished event. */
interface UsageReader {
  push(chunk: Buffer): void;
  /** Undefined before the end of a stream, which tells it. */
  usage(): Usage | undefined;
  /** Whether the answer is complete: a stream said its last event, a body is whole. */
  ended(): boolean;
  /** Data of the event that told of a failure. */
  error(): string | undefined;
}

/** Bodies beyond this size, in bytes, are not read. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Makes a reader for a stream of events or for one JSON body. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamUsageReader() : new BodyUsageReader();
}

/** Types of the events that end a stream; what is not among them is passed over unread. */
const endings = ['response.completed', 'response.incomplete', 'response.done', 'response.failed', '"error"'] as const;
const complete = new Set<string>(['response.completed', 'response.incomplete', 'response.done']);

class StreamUsageReader implements UsageReader {
  readonly #aligner = createSseAligner();
  #reported: Usage | undefined;
  #isOver = false;
  #failure: string | undefined;

  push(chunk: Buffer): void {
    const block = this.#aligner.push(chunk);
    // Nearly every chunk holds deltas only: a few native searches and no more.
    if (!block || !mayEnd(block)) return;
    for (const raw of splitEvents(block)) if (mayEnd(raw)) this.#read(raw);
  }

  usage(): Usage | undefined {
    return this.#reported;
  }

  ended(): boolean {
    return this.#isOver;
  }

  error(): string | undefined {
    return this.#failure;
  }

  #read(raw: Buffer): void {
    const data = parseEvent(raw)?.data;
    const type = data && typeIn(data);
    if (!data || type === undefined) return;
    if (complete.has(type)) {
      this.#isOver = true;
      this.#reported = usageOf(data, 'response') ?? this.#reported;
      if (statusOf(data) === 'failed') this.#failure = data.toString('utf8');
    } else if (type === 'response.failed' || type === 'error') {
      this.#isOver = true;
      this.#failure = data.toString('utf8');
    }
  }
}

class BodyUsageReader implements UsageReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= maxBodyBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  usage(): Usage | undefined {
    return usageOf(this.#body());
  }

  ended(): boolean {
    return this.#bytes > maxBodyBytes || safely(() => members(this.#body())) !== undefined;
  }

  error(): undefined {
    return undefined;
  }

  /** One buffer, made once however often it is asked for. */
  #body(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
}

function mayEnd(bytes: Buffer): boolean {
  return endings.some((ending) => bytes.includes(ending));
}

function typeIn(data: Buffer): string | undefined {
  const span = safely(() => findMember(data, 'type'));
  return span && safely(() => stringAt(data, span));
}

function statusOf(data: Buffer): string | undefined {
  const span = memberWithin(data, 'response', 'status');
  return span && safely(() => stringAt(data, span));
}

/** Only the counts are built, not the whole answer around them. */
function usageOf(data: Buffer, wrapper?: string): Usage | undefined {
  const span = wrapper === undefined ? safely(() => findMember(data, 'usage')) : memberWithin(data, wrapper, 'usage');
  return span && usageIn(safely(() => parseAt(data, span)) as Json | undefined);
}

function memberWithin(data: Buffer, wrapper: string, name: string): Span | undefined {
  return safely(() => {
    const outer = findMember(data, wrapper);
    return outer && findMember(data, name, outer.start);
  });
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
