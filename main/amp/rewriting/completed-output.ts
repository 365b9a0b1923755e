import { applyEdits, type Edit, insertMembers, members, parseAt, type Span } from '../../protocols/json-edit.ts';
import { fieldsOf, itemsOf, textOf } from './lenient-json.ts';

/** Most bytes of finished items that are kept for the final event; above it that event stays as the upstream sent it. */
const maxKeptBytes = 16 * 1024 * 1024;

const itemDone = 'response.output_item.done';
const finals = ['response.completed', 'response.incomplete', 'response.done'];

/** Byte sequences without one of which an event is of no interest here. */
export const outputMarkers: readonly string[] = [itemDone, ...finals];

/** Fills in the `output` of a Responses stream's final event. */
export interface CompletedOutput {
  /** Looks at one event's JSON, in the state the client will see it in, and gives it back, completed if need be. */
  apply(json: Buffer): Buffer;
}

/**
 * Some upstreams leave `output` empty in the final event of a Responses stream, and Amp's deep mode then waits for ever.
 * It is filled from the items that the stream finished, in the order of their `output_index`; an output that holds
 * something is left alone.
 */
export function createCompletedOutput(): CompletedOutput {
  const items = new Map<number, Buffer>();
  let keptBytes = 0;
  const keep = (json: Buffer, event: ReadonlyMap<string, Span>) => {
    const item = event.get('item');
    keptBytes += item ? item.end - item.start : 0;
    if (keptBytes > maxKeptBytes) return items.clear();
    if (!item) return;
    items.set(indexAt(json, event.get('output_index')) ?? items.size, json.subarray(item.start, item.end));
  };
  return {
    apply(json) {
      const event = members(json);
      const type = textOf(json, event.get('type')) ?? '';
      if (type === itemDone) keep(json, event);
      return finals.includes(type) && items.size > 0
        ? applyEdits(json, outputEdits(json, event.get('response'), items))
        : json;
    },
  };
}

function outputEdits(json: Buffer, response: Span | undefined, items: ReadonlyMap<number, Buffer>): Edit[] {
  if (!response || json[response.start] !== 0x7b) return [];
  const output = fieldsOf(json, response).get('output');
  if (itemsOf(json, output).length > 0) return [];
  const ordered = [...items].sort(([a], [b]) => a - b).map(([, item]) => item.toString());
  const list = `[${ordered.join(',')}]`;
  return output ? [{ ...output, replacement: list }] : insertMembers(json, { output: list }, response.start);
}

function indexAt(json: Buffer, span: Span | undefined): number | undefined {
  const value = span && parseAt(json, span);
  return typeof value === 'number' ? value : undefined;
}
