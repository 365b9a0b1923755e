import type { BodyDraft } from '../body-draft.ts';
import { elements, findMember, type Span, stringAt } from '../json-edit.ts';

/** Subscriptions are only served when this is the first system block, word for word. */
export const claudeCodeLine = "You are Claude Code, Anthropic's official CLI for Claude.";

const lineBlock = JSON.stringify({ type: 'text', text: claudeCodeLine });

/**
 * Makes the line the first system block. The client's own system prompt follows it unchanged, cache breakpoints included;
 * the line carries none, as only four are allowed.
 */
export function addSystemLine(draft: BodyDraft): void {
  const system = draft.find('system');
  const first = system && draft.json[system.start];
  if (system && first === 0x5b) return addToBlocks(draft, system);
  const text = draft.text('system') ?? '';
  // The API refuses empty text blocks, and a lone line needs no second one.
  const blocks = text.trim() === '' || text === claudeCodeLine ? [lineBlock] : [lineBlock, textBlock(draft, system)];
  draft.set('system', `[${blocks.join(',')}]`);
}

/** The string's own JSON text goes into the block, so its escapes stay as they were. */
function textBlock(draft: BodyDraft, system: Span | undefined): string {
  const text = system ? draft.json.toString('utf8', system.start, system.end) : '""';
  return `{"type":"text","text":${text}}`;
}

function addToBlocks(draft: BodyDraft, system: Span): void {
  const [first] = elements(draft.json, system);
  if (first && isLine(draft.json, first)) return;
  const at = system.start + 1;
  draft.edit({ start: at, end: at, replacement: first ? `${lineBlock},` : lineBlock });
}

function isLine(json: Buffer, block: Span): boolean {
  if (json[block.start] !== 0x7b) return false;
  const text = findMember(json, 'text', block.start);
  return text !== undefined && stringAt(json, text) === claudeCodeLine;
}
