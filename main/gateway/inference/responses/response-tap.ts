import { isJsonObject, type Json, parseExact } from '../../../protocols/exact-json.ts';
import { createStreamEvents } from '../../../protocols/translation/stream-events.ts';
import type { AnswerRewriter } from '../surface.ts';

/** A whole answer of the Responses format as it went to the client. */
export interface SeenResponse {
  id: string;
  output: readonly Json[];
  /** Of the answer as read. */
  bytes: number;
}

/** Beyond this size, in bytes, an answer is not kept. */
const mostBytes = 16 * 1024 * 1024;

/** Lets an answer pass and tells what it was once it is complete; says nothing of one that failed or broke off. */
export function createResponseTap(stream: boolean, onResponse: (seen: SeenResponse) => void): AnswerRewriter {
  return stream ? streamTap(onResponse) : bodyTap(onResponse);
}

function streamTap(onResponse: (seen: SeenResponse) => void): AnswerRewriter {
  const events = createStreamEvents();
  const items: Json[] = [];
  let bytes = 0;
  const read = (data: string) => {
    // Deltas are most of a stream, and tell nothing that these do not.
    if (!data.includes('response.output_item.done') && !data.includes('response.completed')) return;
    const event = parsed(data);
    if (!isJsonObject(event)) return;
    if (event.type === 'response.output_item.done' && event.item !== undefined) {
      bytes += data.length;
      items.push(event.item);
    }
    if (event.type !== 'response.completed' || !isJsonObject(event.response)) return;
    const { id, output } = event.response;
    const all = Array.isArray(output) && output.length > 0 ? output : items;
    if (typeof id === 'string' && bytes <= mostBytes) onResponse({ id, output: all, bytes });
  };
  return {
    push(chunk) {
      for (const { data } of events.push(chunk)) read(data);
      return [chunk];
    },
    end: () => [],
  };
}

function bodyTap(onResponse: (seen: SeenResponse) => void): AnswerRewriter {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
      else chunks = [];
      return [chunk];
    },
    end() {
      const body = parsed(Buffer.concat(chunks).toString('utf8'));
      if (
        isJsonObject(body) &&
        typeof body.id === 'string' &&
        body.status === 'completed' &&
        Array.isArray(body.output)
      )
        onResponse({ id: body.id, output: body.output, bytes });
      return [];
    },
  };
}

function parsed(text: string): Json | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}
