import type { AnswerEvent, AnswerPartStart } from '../answer.ts';
import type { Tool } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import {
  callWriter,
  itemAdded,
  itemDone,
  MessageItem,
  type PartWriter,
  reasoningItem,
  reasoningWriter,
  type Slot,
} from './output-items.ts';
import { claudeRedacted } from './reasoning-carrier.ts';

export interface OutputOptions {
  newId(prefix: string): string;
  /** The client's tools: members of groups are told by group and name. */
  tools: readonly Tool[];
  hidesThinking: boolean;
}

type Start<Kind> = Extract<AnswerPartStart, { kind: Kind }>;
type Results = Start<'search-result'>['results'];

/** Turns the parts of an answer into output items and the events that tell them. Keeps the finished items. */
export class OutputWriter {
  readonly #options: OutputOptions;
  readonly #items: JsonObject[] = [];
  readonly #writers = new Map<number, PartWriter>();
  /** Searches whose results have not come, by their call's id. */
  readonly #searches = new Map<string, { slot: Slot; query: string }>();
  #message: MessageItem | undefined;
  #count = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** The finished items in order. */
  get output(): JsonObject[] {
    return this.#items.filter(Boolean);
  }

  /** What the events come to; those that tell of no part come to nothing. */
  push(events: readonly AnswerEvent[]): JsonObject[] {
    return events.flatMap((event, index) => this.#write(event, events.slice(index + 1)));
  }

  /** Ends whatever is open. */
  end(): JsonObject[] {
    const closing = [...this.#writers.values()].flatMap((writer) => writer.close());
    this.#writers.clear();
    const searches = [...this.#searches.keys()].flatMap((id) => this.#found(id, []));
    return [...closing, ...this.#sealMessage(), ...searches];
  }

  #write(event: AnswerEvent, later: readonly AnswerEvent[]): JsonObject[] {
    switch (event.type) {
      case 'open':
        return this.#open(event.part, event.start, later);
      case 'delta':
        return this.#writers.get(event.part)?.delta(event.text) ?? [];
      case 'signature':
        return this.#writers.get(event.part)?.signature(event.signature) ?? [];
      case 'citation':
        return this.#writers.get(event.part)?.citation(event.citation) ?? [];
      case 'close': {
        const writer = this.#writers.get(event.part);
        this.#writers.delete(event.part);
        return writer?.close() ?? [];
      }
      default:
        return [];
    }
  }

  #open(part: number, start: AnswerPartStart, later: readonly AnswerEvent[]): JsonObject[] {
    if (start.kind === 'text') return this.#text(part);
    // A result only completes the item of its search.
    if (start.kind === 'search-result') return this.#found(start.callId, start.results);
    const sealed = this.#sealMessage();
    switch (start.kind) {
      case 'thinking':
        return [...sealed, ...this.#thinking(part, start)];
      case 'redacted-thinking':
        return [...sealed, ...this.#carry(claudeRedacted.write(start.data))];
      case 'tool-call':
        return [...sealed, ...this.#call(part, start, signatureOf(part, later))];
      case 'image':
        return [...sealed, ...this.#image(start)];
      case 'search-call':
        return [...sealed, ...this.#search(start)];
    }
  }

  #slot(prefix: string, id?: string): Slot {
    return { index: this.#count++, id: id?.startsWith(prefix) ? id : this.#options.newId(prefix) };
  }

  #keep(slot: Slot): (item: JsonObject) => void {
    return (item) => {
      this.#items[slot.index] = item;
    };
  }

  #text(part: number): JsonObject[] {
    const begun = this.#message === undefined;
    const message = this.#message ?? new MessageItem(this.#slot('msg_'));
    this.#message = message;
    const { events, writer } = message.part();
    const { close } = writer;
    this.#writers.set(part, {
      ...writer,
      close: () => {
        const closing = close();
        this.#keep(message.slot)(message.item());
        return closing;
      },
    });
    return begun ? [message.added(), ...events] : events;
  }

  #sealMessage(): JsonObject[] {
    const events = this.#message?.seal() ?? [];
    this.#message = undefined;
    return events;
  }

  #thinking(part: number, { id }: Start<'thinking'>): JsonObject[] {
    const slot = this.#slot('rs_', id);
    this.#writers.set(part, reasoningWriter(slot, this.#options.hidesThinking, this.#keep(slot)));
    return [itemAdded(slot, reasoningItem(slot, [], undefined))];
  }

  /** A reasoning item that has nothing to read. */
  #carry(encrypted: string): JsonObject[] {
    const slot = this.#slot('rs_');
    const item = reasoningItem(slot, [], encrypted);
    this.#keep(slot)(item);
    return [itemAdded(slot, item), itemDone(slot, item)];
  }

  /** Function calls have no place for a signature: a reasoning item in front of them carries it. */
  #call(part: number, start: Start<'tool-call'>, signature: string | undefined): JsonObject[] {
    const carrier = signature === undefined ? [] : this.#carry(signature);
    const custom = start.custom ?? false;
    const slot = this.#slot(custom ? 'ctc_' : 'fc_');
    const { name, namespace } = this.#nameOf(start.name);
    const call = { callId: start.id, name, namespace, custom };
    const { added, writer } = callWriter(slot, call, this.#keep(slot));
    const late = (later: string) => (signature === undefined ? this.#carry(later) : []);
    this.#writers.set(part, { ...writer, signature: late });
    return [...carrier, added];
  }

  #nameOf(name: string): { name: string; namespace: string | undefined } {
    const tool = this.#options.tools.find((one) => one.kind === 'function' && one.name === name);
    const member = tool?.kind === 'function' ? tool.member : undefined;
    return { name: member?.name ?? name, namespace: member?.group };
  }

  #image({ mediaType, data }: Start<'image'>): JsonObject[] {
    const slot = this.#slot('ig_');
    const head = { id: slot.id, type: 'image_generation_call' };
    const item = { ...head, status: 'completed', output_format: mediaType.replace(/^image\//, ''), result: data };
    this.#keep(slot)(item);
    const place = { item_id: slot.id, output_index: slot.index };
    return [
      itemAdded(slot, { ...head, status: 'in_progress' }),
      { type: 'response.image_generation_call.completed', ...place },
      itemDone(slot, item),
    ];
  }

  #search({ id, query }: Start<'search-call'>): JsonObject[] {
    const slot = this.#slot('ws_', id);
    this.#searches.set(id, { slot, query });
    const place = { item_id: slot.id, output_index: slot.index };
    const item = { id: slot.id, type: 'web_search_call', status: 'in_progress', action: { type: 'search', query } };
    return [
      itemAdded(slot, item),
      { type: 'response.web_search_call.in_progress', ...place },
      { type: 'response.web_search_call.searching', ...place },
    ];
  }

  #found(callId: string, results: Results): JsonObject[] {
    const search = this.#searches.get(callId);
    if (!search) return [];
    this.#searches.delete(callId);
    const { slot, query } = search;
    const sources = results.map(({ url }) => ({ type: 'url', url }));
    const action = { type: 'search', query, ...(sources.length > 0 ? { sources } : {}) };
    const item = { id: slot.id, type: 'web_search_call', status: 'completed', action };
    this.#keep(slot)(item);
    const place = { item_id: slot.id, output_index: slot.index };
    return [{ type: 'response.web_search_call.completed', ...place }, itemDone(slot, item)];
  }
}

/** The signature of a part where it comes together with the part's opening. */
function signatureOf(part: number, later: readonly AnswerEvent[]): string | undefined {
  const found = later.find((event) => event.type === 'signature' && event.part === part);
  return found?.type === 'signature' ? found.signature : undefined;
}
