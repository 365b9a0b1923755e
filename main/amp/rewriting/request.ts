import {
  applyEdits,
  type Edit,
  findMember,
  JsonSyntaxError,
  removeElements,
  removeMembers,
  type Span,
} from '../../protocols/json-edit.ts';
import { itemsOf, textOf } from './lenient-json.ts';

/** What cleaning can change, as named in the journal and in the `x-fusebox-changed` header. */
type RequestChange = 'messages' | 'messages.content.thinking' | 'messages.content.tool_use.signature';

export interface CleanedRequest {
  /** The received buffer itself when nothing had to change. */
  body: Buffer;
  changed: readonly RequestChange[];
}

/**
 * Takes out of an Anthropic request what Amp keeps of other models' answers and Claude refuses: thinking blocks of the
 * assistant without a signature, and `signature` in its tool calls. A message that has nothing else is removed, since an
 * empty one is refused too. All other bytes stay: signed history must come back exactly as it was sent. A body that is
 * not JSON is returned as it is, for the upstream to refuse.
 */
export function cleanRequest(body: Buffer): CleanedRequest {
  if (!mayNeedCleaning(body)) return { body, changed: [] };
  const changed = new Set<RequestChange>();
  try {
    const edits = messageEdits(body, changed);
    return { body: applyEdits(body, edits), changed: [...changed].sort() };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { body, changed: [] };
    throw error;
  }
}

/** Native searches only: most bodies never get past this, whatever their size. */
function mayNeedCleaning(body: Buffer): boolean {
  return body.includes('"assistant"') && (body.includes('"thinking"') || body.includes('"signature"'));
}

function messageEdits(body: Buffer, changed: Set<RequestChange>): Edit[] {
  const list = findMember(body, 'messages');
  const emptied: number[] = [];
  const edits = itemsOf(body, list).flatMap((message, index) => {
    const cleaned = assistantEdits(body, message, changed);
    if (cleaned !== 'empty') return cleaned;
    emptied.push(index);
    return [];
  });
  if (!list || emptied.length === 0) return edits;
  changed.add('messages');
  return [...edits, ...removeElements(body, list, emptied)];
}

function assistantEdits(body: Buffer, message: Span, changed: Set<RequestChange>): Edit[] | 'empty' {
  if (fieldText(body, message, 'role') !== 'assistant') return [];
  const content = field(body, message, 'content');
  if (!content) return [];
  const unsigned: number[] = [];
  const blocks = itemsOf(body, content);
  const edits = blocks.flatMap((block, index) => {
    const finding = inspectBlock(body, block);
    if (finding === 'unsigned thinking') unsigned.push(index);
    if (finding !== 'signed tool call') return [];
    changed.add('messages.content.tool_use.signature');
    return removeMembers(body, ['signature'], block.start);
  });
  if (unsigned.length === 0) return edits;
  changed.add('messages.content.thinking');
  return unsigned.length === blocks.length ? 'empty' : [...edits, ...removeElements(body, content, unsigned)];
}

function inspectBlock(body: Buffer, block: Span): 'unsigned thinking' | 'signed tool call' | 'fine' {
  const type = fieldText(body, block, 'type');
  if (type === 'tool_use') return field(body, block, 'signature') ? 'signed tool call' : 'fine';
  if (type !== 'thinking') return 'fine';
  // A signature that is no string, or only white space, counts as none.
  return (fieldText(body, block, 'signature') ?? '').trim() === '' ? 'unsigned thinking' : 'fine';
}

/** Stops at the member it looks for: `role` and `type` usually come first, and what they head may be megabytes. */
function field(body: Buffer, span: Span, name: string): Span | undefined {
  return body[span.start] === 0x7b ? findMember(body, name, span.start) : undefined;
}

function fieldText(body: Buffer, span: Span, name: string): string | undefined {
  return textOf(body, field(body, span, name));
}
