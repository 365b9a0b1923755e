import type { Citation } from '../conversation.ts';
import type { Json, JsonObject } from '../exact-json.ts';

/** Where an item of the answer is, and under which id. */
export interface Slot {
  index: number;
  id: string;
}

/** Writes one part of the answer; every method gives the events that it comes to. */
export interface PartWriter {
  delta(text: string): JsonObject[];
  signature(signature: string): JsonObject[];
  citation(citation: Citation): JsonObject[];
  close(): JsonObject[];
}

const nothing = (): JsonObject[] => [];

export function itemAdded({ index }: Slot, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: index, item };
}

export function itemDone({ index }: Slot, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: index, item };
}

/** A message of the model: a content part for each part of text, until something else comes between. */
export class MessageItem {
  readonly slot: Slot;
  readonly #content: JsonObject[] = [];
  #open = 0;
  #isSealed = false;
  #isDone = false;

  constructor(slot: Slot) {
    this.slot = slot;
  }

  added(): JsonObject {
    return itemAdded(this.slot, this.#item('in_progress'));
  }

  part(): { events: JsonObject[]; writer: PartWriter } {
    const { index, id } = this.slot;
    const contentIndex = this.#content.length;
    const place = { item_id: id, output_index: index, content_index: contentIndex };
    const empty = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    this.#content.push(empty);
    this.#open++;
    const writer = textWriter(place, (part) => {
      this.#content[contentIndex] = part;
      this.#open--;
      return this.#isSealed ? this.seal() : [];
    });
    return { events: [{ type: 'response.content_part.added', ...place, part: empty }], writer };
  }

  /** No further part joins the message; it is done with its last one. */
  seal(): JsonObject[] {
    this.#isSealed = true;
    if (this.#open > 0 || this.#isDone) return [];
    this.#isDone = true;
    return [itemDone(this.slot, this.item())];
  }

  item(): JsonObject {
    return this.#item('completed', this.#content);
  }

  #item(status: string, content: JsonObject[] = []): JsonObject {
    return { id: this.slot.id, type: 'message', status, role: 'assistant', content };
  }
}

/** Pieces beyond this many are joined: a short one takes half as much again as its characters do. */
const mostPieces = 16;

/** Text that comes in many short pieces. */
class GrowingText {
  readonly #joined: string[] = [];
  #latest: string[] = [];
  /** Characters. */
  length = 0;

  add(piece: string): void {
    this.length += piece.length;
    if (this.#latest.push(piece) >= mostPieces) this.#join();
  }

  whole(): string {
    this.#join();
    return this.#joined.join('');
  }

  #join(): void {
    this.#joined.push(this.#latest.join(''));
    this.#latest = [];
  }
}

function textWriter(place: JsonObject, onClose: (part: JsonObject) => JsonObject[]): PartWriter {
  const said = new GrowingText();
  const annotations: JsonObject[] = [];
  return {
    delta(text) {
      said.add(text);
      return [{ type: 'response.output_text.delta', ...place, delta: text, logprobs: [] }];
    },
    signature: nothing,
    citation(citation) {
      const annotation = renderCitation(citation, said.length);
      annotations.push(annotation);
      const annotation_index = annotations.length - 1;
      return [{ type: 'response.output_text.annotation.added', ...place, annotation_index, annotation }];
    },
    close() {
      const text = said.whole();
      const part: JsonObject = { type: 'output_text', text, annotations, logprobs: [] };
      return [
        { type: 'response.output_text.done', ...place, text, logprobs: [] },
        { type: 'response.content_part.done', ...place, part },
        ...onClose(part),
      ];
    },
  };
}

/** A citation without a place belongs to what has been said so far. */
function renderCitation({ title, url, start, end }: Citation, length: number): JsonObject {
  return {
    type: 'url_citation',
    title: title ?? url ?? '',
    url: url ?? '',
    start_index: start ?? 0,
    end_index: end ?? length,
  };
}

/** `hidden`: the client did not ask to read it and gets the signature only. */
export function reasoningWriter(slot: Slot, hidden: boolean, onDone: (item: JsonObject) => void): PartWriter {
  const place = { item_id: slot.id, output_index: slot.index, summary_index: 0 };
  const pieces: string[] = [];
  let encrypted: string | undefined;
  return {
    delta(text) {
      if (hidden) return [];
      const isFirst = pieces.length === 0;
      pieces.push(text);
      const part = { type: 'summary_text', text: '' };
      const delta = { type: 'response.reasoning_summary_text.delta', ...place, delta: text };
      return isFirst ? [{ type: 'response.reasoning_summary_part.added', ...place, part }, delta] : [delta];
    },
    signature(signature) {
      encrypted = signature;
      return [];
    },
    citation: nothing,
    close() {
      const text = pieces.join('');
      const summary = pieces.length === 0 ? [] : [{ type: 'summary_text', text }];
      const item = reasoningItem(slot, summary, encrypted);
      onDone(item);
      return [...endOfSummary(place, summary), itemDone(slot, item)];
    },
  };
}

function endOfSummary(place: JsonObject, [part]: readonly JsonObject[]): JsonObject[] {
  if (!part) return [];
  return [
    { type: 'response.reasoning_summary_text.done', ...place, text: part.text ?? '' },
    { type: 'response.reasoning_summary_part.done', ...place, part },
  ];
}

export function reasoningItem({ id }: Slot, summary: JsonObject[], encrypted: string | undefined): JsonObject {
  return { id, type: 'reasoning', summary, ...(encrypted === undefined ? {} : { encrypted_content: encrypted }) };
}

interface Call {
  callId: string;
  name: string;
  namespace: string | undefined;
  custom: boolean;
}

/** A call of a function, or of a tool that takes free text. */
export function callWriter(
  slot: Slot,
  call: Call,
  onDone: (item: JsonObject) => void,
): { added: JsonObject; writer: Omit<PartWriter, 'signature'> } {
  const place = { item_id: slot.id, output_index: slot.index };
  const words = call.custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const pieces: string[] = [];
  return {
    added: itemAdded(slot, callItem(slot, call, 'in_progress', '')),
    writer: {
      delta(text) {
        pieces.push(text);
        return [{ type: `${words}.delta`, ...place, delta: text }];
      },
      citation: nothing,
      close() {
        const said = pieces.join('');
        const input = said === '' && !call.custom ? '{}' : said;
        const item = callItem(slot, call, 'completed', input);
        onDone(item);
        const whole: JsonObject = call.custom ? { input } : { arguments: input, name: call.name };
        return [{ type: `${words}.done`, ...place, ...whole }, itemDone(slot, item)];
      },
    },
  };
}

function callItem({ id }: Slot, { callId, name, namespace, custom }: Call, status: string, input: string): JsonObject {
  const head: Record<string, Json> = {
    id,
    type: custom ? 'custom_tool_call' : 'function_call',
    status,
    call_id: callId,
  };
  const group = namespace === undefined ? {} : { namespace };
  return { ...head, name, ...group, ...(custom ? { input } : { arguments: input }) };
}
