import type { Json } from '../../../protocols/exact-json.ts';

/** What was said up to an answer, as items of the Responses format. */
export interface Transcripts {
  /** Items of the request, with those of the answers before it, and of the answer itself. */
  remember(responseId: string, items: readonly Json[], bytes: number): void;
  /** Undefined for an answer that is not known here, or not any more. */
  find(responseId: string): readonly Json[] | undefined;
}

/** How long and how much is kept, in milliseconds and in bytes of requests and answers. */
const keptMs = 3_600_000;
const mostBytes = 64 * 1024 * 1024;

/**
 * Keeps conversations of clients that name their last answer instead of sending everything again
 * (`previous_response_id`), for upstreams that store nothing. In memory only.
 */
export function createTranscripts(now: () => number): Transcripts {
  const kept = new Map<string, { items: readonly Json[]; bytes: number; at: number }>();
  let total = 0;
  const drop = (id: string) => {
    total -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  };
  const trim = () => {
    for (const [id, { at }] of kept) {
      if (total <= mostBytes && at >= now() - keptMs) return;
      drop(id);
    }
  };
  return {
    remember(id, items, bytes) {
      drop(id);
      kept.set(id, { items, bytes, at: now() });
      total += bytes;
      trim();
    },
    find(id) {
      trim();
      return kept.get(id)?.items;
    },
  };
}
