import type { Citation } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';

/** A citation as the API annotates its answers. */
export function annotation({ title, url, start, end }: Citation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: { url: url ?? '', title: title ?? '', ...defined({ start_index: start, end_index: end }) },
  };
}
