import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { exactJsonIn } from '../json-text.ts';
import { objectOf, objectsOf, textOf } from '../json-values.ts';
import { citationIn, searchResults } from './answer-words.ts';

/** A block that has begun: its part, or the search whose words are still coming. */
type OpenBlock =
  | { kind: 'part'; part: number; isCall: boolean; input: Json | undefined; hasSaid: boolean }
  | { kind: 'search'; id: string; json: string }
  | { kind: 'ignored' };

/** Reads blocks of content, as they come in a stream or whole. Keeps nothing of what was said. */
export class BlockReader {
  hasCalls = false;
  readonly #open = new Map<number, OpenBlock>();
  #parts = 0;

  /** A block begins; what it holds already is part of it. */
  start(index: number, block: JsonObject): AnswerEvent[] {
    const opened = this.#begin(block);
    this.#open.set(index, opened.block);
    return opened.events;
  }

  delta(index: number, delta: JsonObject): AnswerEvent[] {
    const open = this.#open.get(index);
    if (!open || open.kind === 'ignored') return [];
    if (open.kind === 'search') {
      open.json += textOf(delta.partial_json);
      return [];
    }
    const { part } = open;
    switch (delta.type) {
      case 'text_delta':
        return said(part, delta.text);
      case 'thinking_delta':
        return said(part, delta.thinking);
      case 'input_json_delta':
        open.hasSaid ||= textOf(delta.partial_json) !== '';
        return said(part, delta.partial_json);
      case 'signature_delta':
        return signed(part, delta.signature);
      case 'citations_delta':
        return isJsonObject(delta.citation) ? [{ type: 'citation', part, citation: citationIn(delta.citation) }] : [];
      default:
        return [];
    }
  }

  stop(index: number): AnswerEvent[] {
    const open = this.#open.get(index);
    this.#open.delete(index);
    if (!open || open.kind === 'ignored') return [];
    if (open.kind === 'search') return this.#whole({ kind: 'search-call', id: open.id, query: queryIn(open.json) });
    const { part, isCall, input, hasSaid } = open;
    const whole = isCall && !hasSaid && isJsonObject(input) && Object.keys(input).length > 0;
    return [...(whole ? said(part, stringifyExact(input)) : []), { type: 'close', part }];
  }

  /** Ends what the stream left open. */
  stopAll(): AnswerEvent[] {
    return [...this.#open.keys()].flatMap((index) => this.stop(index));
  }

  #begin(block: JsonObject): { block: OpenBlock; events: AnswerEvent[] } {
    switch (block.type) {
      case 'text':
        return this.#part({ kind: 'text' }, (part) => [...said(part, block.text), ...cited(part, block.citations)]);
      case 'thinking':
        return this.#part({ kind: 'thinking' }, (part) => [
          ...said(part, block.thinking),
          ...signed(part, block.signature),
        ]);
      case 'redacted_thinking':
        return this.#part({ kind: 'redacted-thinking', data: textOf(block.data) });
      case 'tool_use':
        this.hasCalls = true;
        return this.#part({ kind: 'tool-call', id: textOf(block.id), name: textOf(block.name) }, () => [], block.input);
      case 'server_tool_use':
        return { block: searchOf(block), events: [] };
      case 'web_search_tool_result': {
        const start = { callId: textOf(block.tool_use_id), results: searchResults(block.content) };
        return { block: { kind: 'ignored' }, events: this.#whole({ kind: 'search-result', ...start }) };
      }
      default:
        return { block: { kind: 'ignored' }, events: [] };
    }
  }

  #part(
    start: AnswerPartStart,
    more: (part: number) => AnswerEvent[] = () => [],
    input?: Json,
  ): { block: OpenBlock; events: AnswerEvent[] } {
    const part = this.#parts++;
    const isCall = start.kind === 'tool-call';
    return {
      block: { kind: 'part', part, isCall, input, hasSaid: false },
      events: [{ type: 'open', part, start }, ...more(part)],
    };
  }

  #whole(start: AnswerPartStart): AnswerEvent[] {
    const part = this.#parts++;
    return [
      { type: 'open', part, start },
      { type: 'close', part },
    ];
  }
}

/** Other tools of the provider's own are never asked for, and say nothing to other clients. */
function searchOf({ id, name, input }: JsonObject): OpenBlock {
  if (name !== 'web_search') return { kind: 'ignored' };
  const given = isJsonObject(input) && Object.keys(input).length > 0 ? stringifyExact(input) : '';
  return { kind: 'search', id: textOf(id), json: given };
}

function queryIn(json: string): string {
  return textOf(objectOf(exactJsonIn(json)).query);
}

function said(part: number, value: Json | undefined): AnswerEvent[] {
  const words = textOf(value);
  return words === '' ? [] : [{ type: 'delta', part, text: words }];
}

function signed(part: number, value: Json | undefined): AnswerEvent[] {
  const signature = textOf(value);
  return signature === '' ? [] : [{ type: 'signature', part, signature }];
}

function cited(part: number, citations: Json | undefined): AnswerEvent[] {
  const listed = objectsOf(citations);
  return listed.map((one) => ({ type: 'citation', part, citation: citationIn(one) }));
}
