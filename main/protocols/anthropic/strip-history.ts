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

/** Members and blocks that only their own provider can read. */
interface Foreign {
  types: readonly string[];
  /** Members of the blocks that stay. */
  members: readonly string[];
}

const thinking: Foreign = { types: ['thinking', 'redacted_thinking'], members: [] };
const searches: Foreign = { types: ['server_tool_use', 'web_search_tool_result'], members: ['citations'] };

/**
 * The body without the thinking in its history, for one more try after the API refused a signature: all other bytes stay.
 * Messages of nothing but thinking go too. The same buffer where there is none. Throws JsonSyntaxError.
 */
export function stripThinking(body: Buffer): Buffer {
  const root = members(body);
  const edits = editsWithout(body, root, thinking);
  return edits.length === 0 ? body : Buffer.concat(splice(body, [...edits, ...withoutBudget(body, root)]));
}

/** The same for what searches found and for citations, whose contents the API refused to decrypt. */
export function stripSearches(body: Buffer): Buffer {
  const edits = editsWithout(body, members(body), searches);
  return edits.length === 0 ? body : Buffer.concat(splice(body, edits));
}

function editsWithout(body: Buffer, root: ReadonlyMap<string, Span>, foreign: Foreign): Edit[] {
  const messages = root.get('messages');
  if (!messages || body[messages.start] !== 0x5b) return [];
  const edits: Edit[] = [];
  const emptied: number[] = [];
  for (const [index, message] of elements(body, messages).entries()) {
    const content = body[message.start] === 0x7b ? findMember(body, 'content', message.start) : undefined;
    if (!content || body[content.start] !== 0x5b) continue;
    const blocks = elements(body, content);
    const gone = blocks.flatMap((block, position) => (isOfType(body, block, foreign.types) ? [position] : []));
    if (gone.length > 0 && gone.length === blocks.length) {
      emptied.push(index);
      continue;
    }
    if (gone.length > 0) edits.push(...removeElements(body, content, gone));
    const kept = blocks.filter((block, position) => !gone.includes(position) && isOfType(body, block, ['text']));
    for (const { start } of kept) edits.push(...removeMembers(body, foreign.members, start));
  }
  return emptied.length > 0 ? [...edits, ...removeElements(body, messages, emptied)] : edits;
}

function isOfType(body: Buffer, block: Span, types: readonly string[]): boolean {
  if (body[block.start] !== 0x7b) return false;
  const type = findMember(body, 'type', block.start);
  return type !== undefined && types.includes(stringAt(body, type) ?? '');
}

/** Models that think by budget refuse calls in progress without their thinking: there this one turn goes without. */
function withoutBudget(body: Buffer, root: ReadonlyMap<string, Span>): Edit[] {
  const budget = root.get('thinking');
  if (!budget || body[budget.start] !== 0x7b) return [];
  const type = findMember(body, 'type', budget.start);
  const isBudget = type !== undefined && stringAt(body, type) === 'enabled';
  return isBudget ? removeMembers(body, ['thinking']) : [];
}
