import { elements, members, type Span, stringAt } from '../../protocols/json-edit.ts';

/**
 * Reads for JSON of unknown shape: a value of another type than expected holds nothing, rather than being an error.
 * Malformed text throws JsonSyntaxError.
 */

/** Members of the object at `span`; none when there is no object. */
export function fieldsOf(json: Buffer, span: Span | undefined): Map<string, Span> {
  return span && json[span.start] === 0x7b ? members(json, span.start) : new Map();
}

/** Elements of the array at `span`; none when there is no array. */
export function itemsOf(json: Buffer, span: Span | undefined): Span[] {
  return span && json[span.start] === 0x5b ? elements(json, span) : [];
}

/** The string at `span`; undefined when there is none. */
export function textOf(json: Buffer, span: Span | undefined): string | undefined {
  return span && stringAt(json, span);
}
