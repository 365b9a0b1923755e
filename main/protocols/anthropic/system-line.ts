import type { BodyDraft } from '../body-draft.ts';
import { findMember, firstElement, type Span, stringAt } from '../json-edit.ts';

/** Subscriptions are only served when this is the first system block, word for word. */
export const claudeCodeLine = "You are Claude Code, Anthropic's official CLI for Claude.";

const lineBlock = JSON.stringify({ type: 'text', text: claudeCodeLine });
const beforeText = Buffer.from(`[${lineBlock},{"type":"text","text":`);
const afterText = Buffer.from('}]');

const quote = 0x22;

/**
 * Makes the line the first system block. The client's own system prompt follows it unchanged, cache breakpoints included;
 * the line carries none, as only four are allowed.
 */
export function addSystemLine(draft: BodyDraft): void {
  const system = draft.find('system');
  const first = system && draft.json[system.start];
  if (system && first === 0x5b) return addToBlocks(draft, system);
  if (!system || !saysMore(draft.json, system)) return draft.set('system', `[${lineBlock}]`);
  // The string's own JSON text becomes a block where it is, so its escapes stay as they were.
  draft.edit({ start: system.start, end: system.start, replacement: beforeText });
  draft.edit({ start: system.end, end: system.end, replacement: afterText });
}

/** The API refuses empty text blocks, and a lone line needs no second one; null says nothing either. */
function saysMore(json: Buffer, system: Span): boolean {
  if (json[system.start] !== quote) return false;
  const first = json[system.start + 1] ?? 0;
  // Nearly every prompt begins with a letter, and another one than the line does.
  if (isLetter(first) && first !== claudeCodeLine.charCodeAt(0)) return true;
  const text = stringAt(json, system) ?? '';
  return text.trim() !== '' && text !== claudeCodeLine;
}

function addToBlocks(draft: BodyDraft, system: Span): void {
  const first = firstElement(draft.json, system);
  if (first && isLine(draft.json, first)) return;
  const at = system.start + 1;
  draft.edit({ start: at, end: at, replacement: first ? `${lineBlock},` : lineBlock });
}

function isLine(json: Buffer, block: Span): boolean {
  if (json[block.start] !== 0x7b) return false;
  const text = findMember(json, 'text', block.start);
  return text !== undefined && stringAt(json, text) === claudeCodeLine;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
