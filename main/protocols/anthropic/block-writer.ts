import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import type { Conversation } from '../conversation.ts';
import { type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { citationWords } from './answer-words.ts';

type PartEvent = Extract<AnswerEvent, { type: 'delta' | 'signature' | 'citation' }>;
type SearchResult = Extract<AnswerPartStart, { kind: 'search-result' }>;
type WriteEvent = (type: string, fields: JsonObject) => string;

/** One part on its way to the client. */
export interface WrittenPart {
  add(event: PartEvent): string;
  end(): string;
}

/** Whether the client wants to read thinking: it asked for it, and did not ask to leave it out. */
export function showsThinking({ thinking }: Pick<Conversation, 'thinking'>): boolean {
  return thinking !== undefined && thinking.wish.kind !== 'none' && thinking.visible !== false;
}

/** Writes content blocks, one at a time, numbered from 0. */
export class BlockWriter {
  hasCalls = false;
  readonly #write: WriteEvent;
  readonly #showsThinking: boolean;
  #blocks = 0;
  /** Searches whose results have not come: the API has no search without. */
  #unanswered: string[] = [];

  constructor(conversation: Pick<Conversation, 'thinking'>, write: WriteEvent) {
    this.#write = write;
    this.#showsThinking = showsThinking(conversation);
  }

  open(start: AnswerPartStart): WrittenPart {
    switch (start.kind) {
      case 'text':
        return this.#lazily({ type: 'text', text: '' }, textDelta);
      case 'thinking':
        return this.#thinking();
      case 'tool-call':
        return this.#call(start);
      case 'redacted-thinking':
        return this.#whole({ type: 'redacted_thinking', data: start.data });
      case 'search-call':
        return this.#search(start.id, start.query);
      case 'search-result':
        return this.#result(start);
      case 'image':
        return this.#whole({
          type: 'text',
          text: `[${start.mediaType}: this client's format has no pictures in answers]`,
        });
    }
  }

  /** What the blocks so far still need. */
  end(): string {
    return this.#unanswered
      .splice(0)
      .map((id) => this.#block(resultBlock(id, [])))
      .join('');
  }

  /** A block that begins with its first delta, and does not exist without. */
  #lazily(content: JsonObject, deltaOf: (event: PartEvent) => JsonObject | undefined): WrittenPart {
    let index: number | undefined;
    return {
      add: (event) => {
        const delta = deltaOf(event);
        if (!delta) return '';
        const opening = index === undefined ? this.#start(content) : '';
        index ??= this.#blocks - 1;
        return opening + this.#write('content_block_delta', { index, delta });
      },
      end: () => (index === undefined ? '' : this.#write('content_block_stop', { index })),
    };
  }

  /** Who did not ask for thinking gets its proof alone, without which the next turn would lose it. */
  #thinking(): WrittenPart {
    return this.#lazily({ type: 'thinking', thinking: '', signature: '' }, (event) => {
      if (event.type === 'delta' && this.#showsThinking) return { type: 'thinking_delta', thinking: event.text };
      return event.type === 'signature' ? { type: 'signature_delta', signature: event.signature } : undefined;
    });
  }

  /** A proof that comes before the arguments has a block of its own ahead of the call; a later one behind it. */
  #call({ id, name }: Extract<AnswerPartStart, { kind: 'tool-call' }>): WrittenPart {
    let index: number | undefined;
    let late = '';
    const open = () => {
      if (index !== undefined) return '';
      this.hasCalls = true;
      const opening = this.#start({ type: 'tool_use', id, name, input: {} });
      index = this.#blocks - 1;
      return opening;
    };
    return {
      add: (event) => {
        if (event.type === 'signature') {
          if (index === undefined) return this.#signature(event.signature);
          late = event.signature;
        }
        if (event.type !== 'delta') return '';
        const delta = { type: 'input_json_delta', partial_json: event.text };
        return open() + this.#write('content_block_delta', { index: index ?? 0, delta });
      },
      end: () => {
        const last = open() + this.#write('content_block_stop', { index: index ?? 0 });
        return late === '' ? last : last + this.#signature(late);
      },
    };
  }

  #signature(signature: string): string {
    return this.#block({ type: 'thinking', thinking: '', signature: '' }, { type: 'signature_delta', signature });
  }

  #search(id: string, query: string): WrittenPart {
    const own = searchId(id);
    const content = { type: 'server_tool_use', id: own, name: 'web_search', input: {} };
    const said = this.#block(content, { type: 'input_json_delta', partial_json: stringifyExact({ query }) });
    this.#unanswered.push(own);
    return written(said);
  }

  #result({ callId, results }: SearchResult): WrittenPart {
    const id = searchId(callId);
    this.#unanswered = this.#unanswered.filter((one) => one !== id);
    return written(this.#block(resultBlock(id, results)));
  }

  #whole(content: JsonObject): WrittenPart {
    return written(this.#block(content));
  }

  #block(content: JsonObject, delta?: JsonObject): string {
    const opening = this.#start(content);
    const index = this.#blocks - 1;
    const said = delta ? this.#write('content_block_delta', { index, delta }) : '';
    return opening + said + this.#write('content_block_stop', { index });
  }

  #start(content: JsonObject): string {
    // A search ends before anything else begins.
    const isSearch = content.type === 'web_search_tool_result' || content.type === 'server_tool_use';
    const before = isSearch ? '' : this.end();
    const index = this.#blocks++;
    return before + this.#write('content_block_start', { index, content_block: content });
  }
}

function textDelta(event: PartEvent): JsonObject | undefined {
  if (event.type === 'delta') return { type: 'text_delta', text: event.text };
  if (event.type === 'citation') return { type: 'citations_delta', citation: citationWords(event.citation) };
  return undefined;
}

/** A block that was written when it was opened. */
function written(said: string): WrittenPart {
  return { add: () => '', end: () => said };
}

/** The API's own ids of searches begin with this, and clients send them back. */
export function searchId(id: string): string {
  return id.startsWith('srvtoolu_') ? id : `srvtoolu_${id.replaceAll(/\W/g, '_')}`;
}

/** The block of a search's results. */
export function resultBlock(id: string, results: SearchResult['results']): JsonObject {
  const content: Json[] = results.map(({ title, url }) => ({
    type: 'web_search_result',
    title,
    url,
    encrypted_content: '',
    page_age: null,
  }));
  return { type: 'web_search_tool_result', tool_use_id: id, content };
}
