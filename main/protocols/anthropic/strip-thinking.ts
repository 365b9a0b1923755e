import {
  type Edit,
  elements,
  findMember,
  members,
  removeElements,
  removeMembers,
  type Span,
  splice,
  stringAt,
} from '../json-edit.ts';

const thinkingTypes = ['thinking', 'redacted_thinking'];

/**
 * The body without the thinking in its history, for one more try after the API refused a signature: all other bytes stay.
 * Messages of nothing but thinking go too. The same buffer where there is none. Throws JsonSyntaxError.
 */
export function stripThinking(body: Buffer): Buffer {
  const root = members(body);
  const messages = root.get('messages');
  if (!messages || body[messages.start] !== 0x5b) return body;
  const edits: Edit[] = [];
  const emptied: number[] = [];
  for (const [index, message] of elements(body, messages).entries()) {
    const content = body[message.start] === 0x7b ? findMember(body, 'content', message.start) : undefined;
    if (!content || body[content.start] !== 0x5b) continue;
    const blocks = elements(body, content);
    const thinking = blocks.flatMap((block, position) => (isThinking(body, block) ? [position] : []));
    if (thinking.length === 0) continue;
    if (thinking.length === blocks.length) emptied.push(index);
    else edits.push(...removeElements(body, content, thinking));
  }
  if (edits.length === 0 && emptied.length === 0) return body;
  const removed = emptied.length > 0 ? removeElements(body, messages, emptied) : [];
  return Buffer.concat(splice(body, [...edits, ...removed, ...withoutBudget(body, root)]));
}

function isThinking(body: Buffer, block: Span): boolean {
  if (body[block.start] !== 0x7b) return false;
  const type = findMember(body, 'type', block.start);
  return type !== undefined && thinkingTypes.includes(stringAt(body, type) ?? '');
}

/** Models that think by budget refuse calls in progress without their thinking: there this one turn goes without. */
function withoutBudget(body: Buffer, root: ReadonlyMap<string, Span>): Edit[] {
  const thinking = root.get('thinking');
  if (!thinking || body[thinking.start] !== 0x7b) return [];
  const type = findMember(body, 'type', thinking.start);
  const isBudget = type !== undefined && stringAt(body, type) === 'enabled';
  return isBudget ? removeMembers(body, ['thinking']) : [];
}
