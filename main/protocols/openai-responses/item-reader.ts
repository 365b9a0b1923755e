import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import { FieldReader } from '../field-reader.ts';
import { objectsOf, textOf } from '../json-values.ts';
import { parseCitation } from './parse-content.ts';
import { parseWebSearchCall } from './parse-provider-calls.ts';
import { memberName } from './parse-tools.ts';

interface OpenPart {
  part: number;
  /** Pieces of the part (content, summary, arguments) whose deltas have come. */
  seen: Set<string>;
  last: string | undefined;
}

interface OpenItem {
  type: string;
  id: string;
  parts: Map<string, OpenPart>;
}

const pieceEvents: ReadonlyMap<string, { piece: string; isDone: boolean; member: string }> = new Map(
  Object.entries({
    'response.output_text.delta': { piece: 'text', isDone: false, member: 'delta' },
    'response.output_text.done': { piece: 'text', isDone: true, member: 'text' },
    'response.refusal.delta': { piece: 'refusal', isDone: false, member: 'delta' },
    'response.refusal.done': { piece: 'refusal', isDone: true, member: 'refusal' },
    'response.reasoning_summary_text.delta': { piece: 'summary', isDone: false, member: 'delta' },
    'response.reasoning_summary_text.done': { piece: 'summary', isDone: true, member: 'text' },
    'response.reasoning_text.delta': { piece: 'reasoning', isDone: false, member: 'delta' },
    'response.reasoning_text.done': { piece: 'reasoning', isDone: true, member: 'text' },
    'response.function_call_arguments.delta': { piece: 'arguments', isDone: false, member: 'delta' },
    'response.function_call_arguments.done': { piece: 'arguments', isDone: true, member: 'arguments' },
    'response.custom_tool_call_input.delta': { piece: 'arguments', isDone: false, member: 'delta' },
    'response.custom_tool_call_input.done': { piece: 'arguments', isDone: true, member: 'input' },
  }),
);

/**
 * Reads the events of output items. What is said twice, by deltas and again when an item is done, is told once; what only
 * the later one says is told then. Keeps open items only.
 */
export class ItemReader {
  sawToolCall = false;
  sawRefusal = false;
  readonly #open = new Map<string, OpenItem>();
  #sawItem = false;
  #nextPart = 0;

  read(event: JsonObject): AnswerEvent[] {
    switch (event.type) {
      case 'response.output_item.added':
        return this.#added(event);
      case 'response.output_item.done':
        return this.#done(event);
      case 'response.output_text.annotation.added':
        return this.#cite(event);
      default:
        return this.#piece(event);
    }
  }

  /** Items that only the final response tells of, and the ends of those that nobody ended. */
  complete(output: Json | undefined): AnswerEvent[] {
    const events: AnswerEvent[] = [];
    if (!this.#sawItem && Array.isArray(output)) {
      output.forEach((item, index) => {
        events.push(...this.#done({ item, output_index: index }));
      });
    }
    for (const item of this.#open.values()) events.push(...this.#close(item));
    this.#open.clear();
    return events;
  }

  #added(event: JsonObject): AnswerEvent[] {
    if (!isJsonObject(event.item)) return [];
    const item = this.#register(event, event.item);
    const start = startOf(event.item);
    return start ? this.#openPart(item, 'whole', start).events : [];
  }

  #register(event: JsonObject, item: JsonObject): OpenItem {
    this.#sawItem = true;
    const known = this.#find(event, item);
    if (known) return known;
    const open = { type: textOf(item.type), id: textOf(item.id), parts: new Map<string, OpenPart>() };
    this.#open.set(keyOf(event, open.id), open);
    return open;
  }

  /** By place; by id where the two events do not both tell the place. */
  #find(event: JsonObject, item?: JsonObject): OpenItem | undefined {
    const id = textOf(event.item_id) || textOf(item?.id);
    const placed = this.#open.get(keyOf(event, id));
    return placed ?? [...this.#open.values()].find((open) => id !== '' && open.id === id);
  }

  #openPart(item: OpenItem, key: string, start: AnswerPartStart): { open: OpenPart; events: AnswerEvent[] } {
    const known = item.parts.get(key);
    if (known) return { open: known, events: [] };
    const open: OpenPart = { part: this.#nextPart++, seen: new Set(), last: undefined };
    item.parts.set(key, open);
    if (start.kind === 'tool-call') this.sawToolCall = true;
    return { open, events: [{ type: 'open', part: open.part, start }] };
  }

  #piece(event: JsonObject): AnswerEvent[] {
    const kind = pieceEvents.get(textOf(event.type));
    const item = kind && this.#find(event);
    if (!kind || !item) return [];
    const index = numberIn(event.summary_index) ?? numberIn(event.content_index) ?? 0;
    return this.#say(item, kind.piece, index, textOf(event[kind.member]), kind.isDone);
  }

  /** One piece of an item's words. A whole piece is told only if no part of it was. */
  #say(item: OpenItem, piece: string, index: number, text: string, isWhole: boolean): AnswerEvent[] {
    if (piece === 'refusal' && text !== '') this.sawRefusal = true;
    const isText = piece === 'text' || piece === 'refusal';
    const key = isText ? `content ${index}` : 'whole';
    const start: AnswerPartStart = isText ? { kind: 'text' } : { kind: 'thinking' };
    const { open, events } = this.#openPart(item, key, start);
    const name = `${piece} ${index}`;
    if (text === '' || (isWhole && open.seen.has(name))) return events;
    // Summaries come in parts that read like paragraphs.
    const gap = open.last !== undefined && open.last !== name ? '\n\n' : '';
    open.seen.add(name);
    open.last = name;
    return [...events, { type: 'delta', part: open.part, text: gap + text }];
  }

  #cite(event: JsonObject): AnswerEvent[] {
    const part = this.#find(event)?.parts.get(`content ${numberIn(event.content_index) ?? 0}`);
    return part ? citationsIn([event.annotation ?? null], part.part) : [];
  }

  #done(event: JsonObject): AnswerEvent[] {
    const { item: whole } = event;
    if (!isJsonObject(whole)) return [];
    const item = this.#register(event, whole);
    const start = startOf(whole);
    const events = start ? this.#openPart(item, 'whole', start).events : [];
    events.push(...this.#rest(item, whole), ...this.#close(item));
    for (const [key, open] of this.#open) if (open === item) this.#open.delete(key);
    return events;
  }

  /** What the finished item says beyond its deltas. */
  #rest(item: OpenItem, whole: JsonObject): AnswerEvent[] {
    switch (whole.type) {
      case 'message':
        return objectsOf(whole.content).flatMap((part, index) => this.#restOfText(item, part, index));
      case 'reasoning':
        return this.#restOfReasoning(item, whole);
      case 'function_call':
        return this.#say(item, 'arguments', 0, textOf(whole.arguments), true);
      case 'custom_tool_call':
        return this.#say(item, 'arguments', 0, textOf(whole.input), true);
      case 'web_search_call':
        return this.#search(whole);
      default:
        return [];
    }
  }

  #restOfText(item: OpenItem, part: JsonObject, index: number): AnswerEvent[] {
    const isRefusal = part.type === 'refusal';
    const isKnown = item.parts.has(`content ${index}`);
    const text = textOf(isRefusal ? part.refusal : part.text);
    const events = this.#say(item, isRefusal ? 'refusal' : 'text', index, text, true);
    const open = item.parts.get(`content ${index}`);
    if (!open || isKnown || !Array.isArray(part.annotations)) return events;
    return [...events, ...citationsIn(part.annotations, open.part)];
  }

  #restOfReasoning(item: OpenItem, whole: JsonObject): AnswerEvent[] {
    const piecesOf = (piece: string, list: Json | undefined) =>
      objectsOf(list).flatMap((part, index) => this.#say(item, piece, index, textOf(part.text), true));
    const summary = piecesOf('summary', whole.summary);
    const hasSummary = objectsOf(whole.summary).length > 0;
    const events = hasSummary ? summary : piecesOf('reasoning', whole.content);
    const open = item.parts.get('whole');
    const signature = textOf(whole.encrypted_content);
    if (open && signature !== '') events.push({ type: 'signature', part: open.part, signature });
    return events;
  }

  #search(whole: JsonObject): AnswerEvent[] {
    return safely(() => parseWebSearchCall(new FieldReader(whole))).flatMap((start): AnswerEvent[] => {
      if (start.kind !== 'search-call' && start.kind !== 'search-result') return [];
      const part = this.#nextPart++;
      return [
        { type: 'open', part, start },
        { type: 'close', part },
      ];
    });
  }

  #close(item: OpenItem): AnswerEvent[] {
    return [...item.parts.values()].map(({ part }) => ({ type: 'close', part }));
  }
}

/** Items that are one part from the start; the parts of messages open one by one. */
function startOf(item: JsonObject): AnswerPartStart | undefined {
  const id = textOf(item.id);
  switch (item.type) {
    case 'reasoning':
      return { kind: 'thinking', ...(id === '' ? {} : { id }) };
    case 'function_call':
    case 'custom_tool_call':
      return startOfCall(item);
    case 'image_generation_call': {
      const data = textOf(item.result);
      const format = textOf(item.output_format) || 'png';
      return data === '' ? undefined : { kind: 'image', mediaType: `image/${format}`, data };
    }
    default:
      return undefined;
  }
}

function startOfCall(item: JsonObject): AnswerPartStart {
  const group = textOf(item.namespace);
  const name = group === '' ? textOf(item.name) : memberName(group, textOf(item.name));
  const id = textOf(item.call_id) || textOf(item.id);
  return { kind: 'tool-call', id, name, ...(item.type === 'custom_tool_call' ? { custom: true } : {}) };
}

function citationsIn(annotations: readonly Json[], part: number): AnswerEvent[] {
  return annotations
    .filter(isJsonObject)
    .flatMap((annotation) =>
      safely(() => parseCitation(new FieldReader(annotation))).map(
        (citation): AnswerEvent => ({ type: 'citation', part, citation }),
      ),
    );
}

/** Readers of requests throw for a wrong type; an answer with one is read without it. */
function safely<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function keyOf(event: JsonObject, id: string): string {
  return typeof event.output_index === 'number' ? `at ${event.output_index}` : `id ${id}`;
}

function numberIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
