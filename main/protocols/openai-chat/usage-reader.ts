import type { JsonObject } from '../exact-json.ts';
import { objectIn } from '../json-text.ts';
import { objectsOf } from '../json-values.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import { createBodyUsageReader, type UsageReader } from '../usage-reader.ts';
import type { Usage } from '../wire-format.ts';
import { errorIn, usageIn } from './answer-words.ts';

/** Makes a reader for a stream of chunks or for one JSON body. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamUsageReader() : createBodyUsageReader(usageIn);
}

class StreamUsageReader implements UsageReader {
  readonly #aligner = createSseAligner();
  #usage: Usage | undefined;
  #isOver = false;
  #failure: string | undefined;

  push(chunk: Buffer): void {
    const block = this.#aligner.push(chunk);
    // Nearly every chunk holds deltas only.
    if (!block || !isTelling(block)) return;
    for (const raw of splitEvents(block)) if (isTelling(raw)) this.#read(raw);
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  ended(): boolean {
    return this.#isOver;
  }

  error(): string | undefined {
    return this.#failure;
  }

  #read(raw: Buffer): void {
    const event = parseEvent(raw);
    if (!event) return;
    const text = event.data.toString('utf8');
    if (text.trim() === '[DONE]') {
      this.#isOver = true;
      return;
    }
    const data = objectIn(text);
    if (event.type === 'error' || (data && errorIn(data))) this.#fail(text);
    else if (data) this.#readChunk(data);
  }

  /** A server that leaves `[DONE]` out has said its finish reason all the same. */
  #readChunk({ usage, choices }: JsonObject): void {
    const list = objectsOf(choices);
    this.#usage = usageIn(usage) ?? usageIn(list[0]?.usage) ?? this.#usage;
    if (list.some(({ finish_reason: reason }) => typeof reason === 'string' && reason !== '')) this.#isOver = true;
  }

  #fail(text: string): void {
    if (!this.#isOver) this.#failure = text;
    this.#isOver = true;
  }
}

/** Whether bytes hold usage, an end or an error; `null` in the member's place tells nothing. */
function isTelling(bytes: Buffer): boolean {
  return (
    bytes.includes('[DONE]') ||
    bytes.includes('error') ||
    hasValue(bytes, '"usage"') ||
    hasValue(bytes, '"finish_reason"')
  );
}

function hasValue(bytes: Buffer, key: string): boolean {
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + key.length)) {
    let next = at + key.length;
    while (bytes[next] === 0x20 || bytes[next] === 0x3a) next += 1;
    if (bytes[next] !== 0x6e) return true;
  }
  return false;
}
