import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { objectIn } from '../json-text.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import type { UsageReader } from '../usage-reader.ts';
import type { Usage } from '../wire-format.ts';
import { createArrayElements } from './array-elements.ts';
import { failureIn, opened } from './failures.ts';
import { usageIn } from './usage.ts';

/** What makes an object of a stream worth reading. */
const marks = ['usageMetadata', 'finishReason', 'blockReason', '"error"'];

/** Makes a reader for a stream, be it of events or one JSON array, or for one body; each may be in Code Assist's envelope. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamReader() : new BodyReader();
}

/** What one object after the other has said. */
class Report {
  usage: Usage | undefined;
  isOver = false;
  failure: string | undefined;

  read(data: Buffer): void {
    if (!marks.some((mark) => data.includes(mark))) return;
    const text = data.toString('utf8');
    const chunk = objectIn(text);
    if (!chunk) return;
    if (failureIn(chunk)) {
      this.failure = text;
      this.isOver = true;
      return;
    }
    const answer = opened(chunk);
    this.usage = usageIn(answer.usageMetadata) ?? this.usage;
    if (hasEnded(answer)) this.isOver = true;
  }
}

class StreamReader implements UsageReader {
  readonly #report = new Report();
  readonly #aligner = createSseAligner();
  readonly #elements = createArrayElements();
  #isArray: boolean | undefined;

  push(chunk: Buffer): void {
    this.#isArray ??= startsArray(chunk);
    if (this.#isArray) {
      for (const element of this.#elements.push(chunk)) this.#report.read(element);
      return;
    }
    const block = this.#aligner.push(chunk);
    // Most chunks are words only: a few native searches and no more.
    if (!block || !marks.some((mark) => block.includes(mark))) return;
    for (const raw of splitEvents(block)) {
      const event = parseEvent(raw);
      if (event) this.#report.read(event.data);
    }
  }

  usage(): Usage | undefined {
    return this.#report.usage;
  }

  ended(): boolean {
    return this.#report.isOver || this.#elements.ended();
  }

  error(): string | undefined {
    return this.#report.failure;
  }
}

/** Bodies beyond this size, in bytes, are not read; pictures make the longest ones. */
const maxBodyBytes = 32 * 1024 * 1024;

class BodyReader implements UsageReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #read: { answer: JsonObject | undefined } | undefined;

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#read = undefined;
    if (this.#bytes <= maxBodyBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** A count of tokens reports what it has counted. */
  usage(): Usage | undefined {
    return usageIn(this.#answer()?.usageMetadata);
  }

  ended(): boolean {
    return this.#bytes > maxBodyBytes || this.#answer() !== undefined;
  }

  error(): undefined {
    return undefined;
  }

  #answer(): JsonObject | undefined {
    this.#read ??= { answer: objectIn(Buffer.concat(this.#chunks).toString('utf8')) };
    return this.#read.answer && opened(this.#read.answer);
  }
}

function startsArray(chunk: Buffer): boolean | undefined {
  const text = chunk.toString('latin1', 0, 64).trimStart();
  return text === '' ? undefined : text.startsWith('[');
}

function hasEnded({ candidates, promptFeedback }: JsonObject): boolean {
  const isDone = (one: Json) => isJsonObject(one) && typeof one.finishReason === 'string';
  if (Array.isArray(candidates) && candidates.length > 0) return candidates.some(isDone);
  return isJsonObject(promptFeedback) && typeof promptFeedback.blockReason === 'string';
}
