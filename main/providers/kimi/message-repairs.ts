import type { BodyDraft } from '../../protocols/body-draft.ts';
import {
  type Edit,
  elements,
  insertMembers,
  members,
  removeElements,
  type Span,
  stringAt,
} from '../../protocols/json-edit.ts';

/** Stands for thinking that the client did not keep: Kimi refuses calls without any. */
const notKept = '[not kept]';

/**
 * Repairs what Kimi refuses in the messages of a chat: assistant turns that say nothing, calls without the thinking before
 * them, results that name their call otherwise. Throws JsonSyntaxError.
 */
export function repairMessages(draft: BodyDraft): void {
  const span = draft.find('messages');
  const { json } = draft;
  if (!span || json[span.start] !== 0x5b) return;
  const empty: number[] = [];
  for (const [index, { start }] of elements(json, span).entries()) {
    if (json[start] !== 0x7b) continue;
    const message = members(json, start);
    const role = textOf(json, message.get('role'));
    if (role === 'assistant' && isEmpty(json, message)) empty.push(index);
    else if (role === 'assistant') draft.edit(...addThinking(json, message, start));
    else if (role === 'tool') draft.edit(...nameCall(json, message, start));
  }
  if (empty.length > 0) draft.edit(...removeElements(json, span, empty));
}

type Message = ReadonlyMap<string, Span>;

function isEmpty(json: Buffer, message: Message): boolean {
  return !hasCalls(json, message) && !says(json, message, 'content') && !message.has('function_call');
}

function addThinking(json: Buffer, message: Message, start: number): Edit[] {
  if (!hasCalls(json, message) || says(json, message, 'reasoning_content')) return [];
  const known = message.get('reasoning_content');
  const value = JSON.stringify(notKept);
  return known ? [{ ...known, replacement: value }] : insertMembers(json, { reasoning_content: value }, start);
}

/** Some clients call it as the Responses API does, or just `id`. */
function nameCall(json: Buffer, message: Message, start: number): Edit[] {
  if (message.has('tool_call_id')) return [];
  const id = textOf(json, message.get('call_id')) ?? textOf(json, message.get('id'));
  return id === undefined ? [] : insertMembers(json, { tool_call_id: JSON.stringify(id) }, start);
}

function hasCalls(json: Buffer, message: Message): boolean {
  const calls = message.get('tool_calls');
  return calls !== undefined && json[calls.start] === 0x5b && elements(json, calls).length > 0;
}

/** Whether a member holds text, or a list with something in it. */
function says(json: Buffer, message: Message, name: string): boolean {
  const span = message.get(name);
  if (!span) return false;
  if (json[span.start] === 0x5b) return elements(json, span).length > 0;
  return (textOf(json, span) ?? '').trim() !== '';
}

function textOf(json: Buffer, span: Span | undefined): string | undefined {
  return span && stringAt(json, span);
}
