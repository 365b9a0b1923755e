import { JsonSyntaxError, members } from './json-edit.ts';
import type { Usage } from './wire-format.ts';

/** Watches one JSON body pass by. */
export interface BodyUsageReader {
  push(chunk: Buffer): void;
  usage(): Usage | undefined;
  /** Whether the body is whole. */
  ended(): boolean;
  error(): undefined;
}

/** Bodies beyond this size, in bytes, are not read; the longest answers of today's models are a tenth of it. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Makes a reader of the usage that stands in one top-level member of a body. */
export function createBodyUsageReader(member: string, read: (usage: unknown) => Usage | undefined): BodyUsageReader {
  let chunks: Buffer[] = [];
  let bytes = 0;
  /** One buffer, made once however often it is asked for. */
  const body = () => {
    if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
    return chunks[0];
  };
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else chunks = [];
    },
    usage() {
      const json = body();
      const span = json && membersOf(json)?.get(member);
      return json && span ? read(parsed(json.toString('utf8', span.start, span.end))) : undefined;
    },
    ended() {
      const json = body();
      return bytes > maxBodyBytes || (json !== undefined && membersOf(json) !== undefined);
    },
    error: () => undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function membersOf(json: Buffer): ReturnType<typeof members> | undefined {
  try {
    return members(json);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
