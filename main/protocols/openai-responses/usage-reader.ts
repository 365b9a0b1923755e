import { findMember, parseAt, type Span, stringAt, unlessMalformed } from '../json-edit.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import { createBodyUsageReader, type UsageReader } from '../usage-reader.ts';
import type { Usage } from '../wire-format.ts';
import { usageIn } from './usage.ts';

/** Makes a reader for a stream of events or for one JSON body. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamUsageReader() : createBodyUsageReader(usageIn);
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
      this.#reported = usageOf(data) ?? this.#reported;
      if (statusOf(data) === 'failed') this.#failure = data.toString('utf8');
    } else if (type === 'response.failed' || type === 'error') {
      this.#isOver = true;
      this.#failure = data.toString('utf8');
    }
  }
}

function mayEnd(bytes: Buffer): boolean {
  return endings.some((ending) => bytes.includes(ending));
}

function typeIn(data: Buffer): string | undefined {
  const span = unlessMalformed(() => findMember(data, 'type'));
  return span && unlessMalformed(() => stringAt(data, span));
}

function statusOf(data: Buffer): string | undefined {
  const span = memberOfResponse(data, 'status');
  return span && unlessMalformed(() => stringAt(data, span));
}

/** Only the counts are built, not the whole answer around them. */
function usageOf(data: Buffer): Usage | undefined {
  const span = memberOfResponse(data, 'usage');
  return span && usageIn(unlessMalformed(() => parseAt(data, span)));
}

function memberOfResponse(data: Buffer, name: string): Span | undefined {
  return unlessMalformed(() => {
    const response = findMember(data, 'response');
    return response && findMember(data, name, response.start);
  });
}
