import type { AnswerEvent } from '../answer.ts';
import type { Citation } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { listOf, objectOf } from '../json-values.ts';

interface Page {
  title: string;
  url: string;
}

/** What an answer rests on, as `groundingMetadata` tells it. */
export interface Grounding {
  queries: readonly string[];
  pages: readonly Page[];
  citations: readonly Citation[];
}

/**
 * Reads `groundingMetadata`; undefined where it names no search. Google counts bytes where citations count characters:
 * places are told only where `isAscii` makes them the same.
 */
export function groundingIn(value: Json | undefined, isAscii: boolean): Grounding | undefined {
  if (!isJsonObject(value)) return undefined;
  const queries = listOf(value.webSearchQueries).filter((query) => typeof query === 'string');
  const pages = listOf(value.groundingChunks).map(pageIn);
  const known = pages.filter((page) => page !== undefined);
  if (queries.length === 0 && known.length === 0) return undefined;
  const citations = listOf(value.groundingSupports).flatMap((support) => citationsIn(support, pages, isAscii));
  return { queries, pages: known, citations };
}

function pageIn(chunk: Json): Page | undefined {
  const web = isJsonObject(chunk) ? (chunk.web ?? chunk.retrievedContext) : undefined;
  if (!isJsonObject(web) || typeof web.uri !== 'string') return undefined;
  return { title: typeof web.title === 'string' ? web.title : web.uri, url: web.uri };
}

function citationsIn(support: Json, pages: readonly (Page | undefined)[], isAscii: boolean): Citation[] {
  if (!isJsonObject(support)) return [];
  const segment = objectOf(support.segment);
  const { startIndex = 0, endIndex, text } = segment;
  const place =
    isAscii && typeof startIndex === 'number' && typeof endIndex === 'number'
      ? { start: startIndex, end: endIndex }
      : {};
  return listOf(support.groundingChunkIndices).flatMap((index) => {
    const page = pages[Number(index)];
    return page ? [{ ...page, ...defined({ text: typeof text === 'string' ? text : undefined }), ...place }] : [];
  });
}

/** The searches as parts of an answer, numbered from `part` on. */
export function searchEvents({ queries, pages }: Grounding, part: number, answerId: string): AnswerEvent[] {
  const id = `search_${answerId.replace(/[^\w-]/g, '_').slice(0, 40)}`;
  const query = queries.join(', ');
  return [
    { type: 'open', part, start: { kind: 'search-call', id, query } },
    { type: 'close', part },
    { type: 'open', part: part + 1, start: { kind: 'search-result', callId: id, results: pages } },
    { type: 'close', part: part + 1 },
  ];
}

/** Gathers what an answer rests on while it is written. */
export class GroundingWriter {
  readonly #queries: string[] = [];
  readonly #pages: Page[] = [];
  readonly #supports: JsonObject[] = [];

  searched(query: string): void {
    if (query !== '') this.#queries.push(query);
  }

  found(pages: readonly Page[]): void {
    for (const page of pages) this.#indexOf(page);
  }

  cited({ title, url, text, start, end }: Citation, isAscii: boolean): void {
    if (url === undefined) return;
    const index = this.#indexOf({ title: title ?? url, url });
    const place = isAscii ? { startIndex: start, endIndex: end } : {};
    this.#supports.push({ segment: defined({ ...place, text }), groundingChunkIndices: [index] });
  }

  /** Undefined where the answer rests on nothing. */
  metadata(): JsonObject | undefined {
    if (this.#queries.length + this.#pages.length === 0) return undefined;
    return {
      ...(this.#queries.length > 0 ? { webSearchQueries: this.#queries } : {}),
      groundingChunks: this.#pages.map(({ title, url }) => ({ web: { uri: url, title } })),
      ...(this.#supports.length > 0 ? { groundingSupports: this.#supports } : {}),
    };
  }

  #indexOf(page: Page): number {
    const known = this.#pages.findIndex(({ url }) => url === page.url);
    return known >= 0 ? known : this.#pages.push({ title: page.title, url: page.url }) - 1;
  }
}
