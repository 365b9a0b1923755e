import type { Json } from './exact-json.ts';
import { findMember, lastMember, parseAt, type Span, unlessMalformed } from './json-edit.ts';
import type { Usage } from './wire-format.ts';

/** Watches an answer pass by. Feed it the bytes as they come; of a stream it keeps no more than an unfinished event. */
export interface UsageReader {
  push(chunk: Buffer): void;
  /** What has been reported so far; undefined before any report. */
  usage(): Usage | undefined;
  /** Whether the answer is complete: a stream said its last event or an error, a body is whole. */
  ended(): boolean;
  /** Data of the event that ended a stream with an error. */
  error(): string | undefined;
}

/** Bodies beyond this size, in bytes, are not read; the longest answers of today's models are a tenth of it. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Makes a reader of the `usage` of one JSON body. Only that member is built, not the whole answer around it. */
export function createBodyUsageReader(read: (usage: Json) => Usage | undefined): UsageReader {
  let chunks: Buffer[] = [];
  let bytes = 0;
  /** One buffer, made once however often it is asked for. */
  const body = () => {
    if (chunks.length !== 1) chunks = [Buffer.concat(chunks)];
    return chunks[0] ?? Buffer.alloc(0);
  };
  let seen: { isWhole: boolean; usage: Span | undefined } | undefined;
  /** A body that was cut may still have said its usage. */
  const look = () => {
    const whole = unlessMalformed(() => ({ isWhole: true, usage: lastMember(body(), 'usage') }));
    return whole ?? { isWhole: false, usage: unlessMalformed(() => findMember(body(), 'usage')) };
  };
  return {
    push(chunk) {
      seen = undefined;
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else chunks = [];
    },
    usage() {
      seen ??= look();
      const { usage } = seen;
      const value = usage && unlessMalformed(() => parseAt(body(), usage));
      return value === undefined ? undefined : read(value);
    },
    ended() {
      if (bytes > maxBodyBytes) return true;
      seen ??= look();
      return seen.isWhole;
    },
    error: () => undefined,
  };
}
