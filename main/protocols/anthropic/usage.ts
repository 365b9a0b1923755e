import { JsonSyntaxError, members } from '../json-edit.ts';
import { createSseAligner, parseEvent, splitEvents } from '../sse.ts';
import type { Usage } from '../wire-format.ts';

/** Watches an answer pass by. Feed it the bytes as they come; it keeps none of a stream but an unfinished event. */
export interface UsageReader {
  push(chunk: Buffer): void;
  /** What has been reported so far; undefined before any report. */
  usage(): Usage | undefined;
  /** Whether the answer is complete: a stream said `message_stop` or ended in an error, a body is whole. */
  ended(): boolean;
  /** Data of the `error` event that ended a stream. */
  error(): string | undefined;
}

/** Bodies beyond this size, in bytes, are not read; the longest answers of today's models are a tenth of it. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Makes a reader for a stream of events or for one JSON body. */
export function createUsageReader(stream: boolean): UsageReader {
  return stream ? new StreamUsageReader() : new BodyUsageReader();
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
    const data = objectIn(event.data);
    switch (data?.type) {
      case 'message_start':
        return this.report(objectOf(data.message)?.usage);
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
  private report(value: unknown): void {
    const usage = objectOf(value);
    if (usage) this.reported = { ...this.reported, ...countsIn(usage) };
  }
}

class BodyUsageReader implements UsageReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= maxBodyBytes) this.chunks.push(chunk);
    else this.chunks = [];
  }

  usage(): Usage | undefined {
    const body = this.body();
    const span = body && membersOf(body)?.get('usage');
    const usage = body && span && objectIn(body.subarray(span.start, span.end));
    return usage ? complete(countsIn(usage)) : undefined;
  }

  ended(): boolean {
    if (this.bytes > maxBodyBytes) return true;
    const body = this.body();
    return body !== undefined && membersOf(body) !== undefined;
  }

  error(): undefined {
    return undefined;
  }

  /** One buffer, made once however often it is asked for. */
  private body(): Buffer | undefined {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }
}

function membersOf(body: Buffer): ReturnType<typeof members> | undefined {
  try {
    return members(body);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function objectIn(json: Buffer): Record<string, unknown> | undefined {
  try {
    return objectOf(JSON.parse(json.toString('utf8')));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

const fields = {
  input_tokens: 'inputTokens',
  output_tokens: 'outputTokens',
  cache_read_input_tokens: 'cacheReadTokens',
  cache_creation_input_tokens: 'cacheWriteTokens',
} as const;

function countsIn(usage: Record<string, unknown>): Partial<Usage> {
  const counts: Partial<Usage> = {};
  for (const [theirs, ours] of Object.entries(fields)) {
    const count = usage[theirs];
    if (typeof count === 'number') counts[ours] = count;
  }
  return counts;
}

function complete(counts: Partial<Usage>): Usage {
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, ...counts };
}
