import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { objectIn } from '../json-text.ts';
import { objectOf } from '../json-values.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import { createBodyUsageReader, type UsageReader } from '../usage-reader.ts';
import type { Usage } from '../wire-format.ts';

/** Makes a reader for a stream of events or for one JSON body. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamUsageReader() : createBodyUsageReader(usageIn);
}

class StreamUsageReader implements UsageReader {
  private readonly aligner = createSseAligner();
  private reported: Partial<Usage> | undefined;
  private isOver = false;
  private failure: string | undefined;

  push(chunk: Buffer): void {
    const block = this.aligner.push(chunk);
    // Nearly every chunk holds deltas only: two native searches and no more.
    if (!block || !(block.includes('message_') || block.includes('error'))) return;
    for (const raw of splitEvents(block)) this.read(raw);
  }

  usage(): Usage | undefined {
    return this.reported && complete(this.reported);
  }

  ended(): boolean {
    return this.isOver;
  }

  error(): string | undefined {
    return this.failure;
  }

  private read(raw: Buffer): void {
    if (!(raw.includes('message_') || raw.includes('error'))) return;
    const event = parseEvent(raw);
    if (!event || event.type.startsWith('content_block')) return;
    const data = objectIn(event.data.toString('utf8'));
    switch (data?.type) {
      case 'message_start':
        return this.report(objectOf(data.message).usage);
      case 'message_delta':
        return this.report(data.usage);
      case 'message_stop':
        this.isOver = true;
        return;
      case 'error':
        this.isOver = true;
        this.failure = event.data.toString('utf8');
    }
  }

  /** Later numbers are totals, not additions; what a later report lacks keeps its value. */
  private report(usage: Json | undefined): void {
    if (isJsonObject(usage)) this.reported = { ...this.reported, ...countsIn(usage) };
  }
}

/** Their names and ours. */
const fields = [
  ['input_tokens', 'inputTokens'],
  ['output_tokens', 'outputTokens'],
  ['cache_read_input_tokens', 'cacheReadTokens'],
  ['cache_creation_input_tokens', 'cacheWriteTokens'],
] as const;

function usageIn(value: Json): Usage | undefined {
  return isJsonObject(value) ? complete(countsIn(value)) : undefined;
}

function countsIn(usage: JsonObject): Partial<Usage> {
  const counts: Partial<Usage> = {};
  for (const [theirs, ours] of fields) {
    const count = usage[theirs];
    if (typeof count === 'number') counts[ours] = count;
  }
  return counts;
}

function complete(counts: Partial<Usage>): Usage {
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, ...counts };
}
