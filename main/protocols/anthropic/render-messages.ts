import type { Conversation, Part, SystemText, Turn } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import { type Dialect, FieldError } from '../features.ts';
import { signatureFamily } from '../signatures.ts';
import type { ToolNaming } from '../tool-names.ts';
import { mergeNeighbours, repairTurns } from '../turns.ts';
import { cacheControl, renderPart } from './render-parts.ts';

export interface FittedTurns {
  system: readonly SystemText[];
  turns: readonly Turn[];
}

/**
 * Turns as the API takes them: a user's first, results behind their calls, instructions where the model takes them,
 * thinking that Claude signed and no other.
 */
export function fitTurns({ system, turns }: Pick<Conversation, 'system' | 'turns'>, dialect: Dialect): FittedTurns {
  const keepsMiddle = dialect.treatments['mid-system'].kind === 'carried';
  const repaired = repairTurns(turns.map((turn) => ownTurn(turn, dialect)));
  const isMoved = ({ role }: Turn, index: number) => role === 'system' && !(keepsMiddle && index > 0);
  const moved = repaired.filter(isMoved).flatMap(({ parts }) => parts);
  const kept = repaired.filter((turn, index) => !isMoved(turn, index));
  const fitted = leadByUser(mergeNeighbours(withUserMedia(kept)));
  if (!fitted.some(({ role }) => role === 'user')) throw new FieldError('messages', 'there is no message to answer');
  return {
    system: [...system, ...moved.flatMap((part) => (part.kind === 'text' ? [{ text: part.text }] : []))],
    turns: fitted,
  };
}

/** Whether the model is to go on with words of its own. */
export function endsWithPrefill(turns: readonly Turn[]): boolean {
  return turns.at(-1)?.role === 'assistant';
}

/** Whether the last calls are answered but lack the signed thinking that led to them. */
export function lacksThinking(turns: readonly Turn[]): boolean {
  const [before, last] = turns.slice(-2);
  if (before?.role !== 'assistant' || !last?.parts.some(({ kind }) => kind === 'tool-result')) return false;
  const first = before.parts[0]?.kind;
  return first !== 'thinking' && first !== 'redacted-thinking';
}

/** Writes `system`; nothing where there is none. */
export function renderSystem(system: readonly SystemText[]): JsonObject {
  const blocks = system
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, cache }) => ({ type: 'text', text, ...cacheControl(cache) }));
  return blocks.length > 0 ? { system: blocks } : {};
}

/** Writes the messages. Throws FieldError. */
export function renderMessages(turns: readonly Turn[], dialect: Dialect, naming: ToolNaming): JsonObject[] {
  const messages = turns
    .map(({ role, parts }) => ({ role, content: parts.flatMap((part) => renderPart(part, dialect, naming)) }))
    .filter(({ content }) => content.length > 0);
  const last = messages.at(-1)?.content.at(-1);
  // The API refuses white space at the end of what the model is to continue.
  if (messages.at(-1)?.role === 'assistant' && typeof last?.text === 'string') last.text = last.text.trimEnd();
  return messages;
}

/** Thinking of others is left out; so is thinking that nothing followed, which the API refuses at a turn's end. */
function ownTurn(turn: Turn, dialect: Dialect): Turn {
  const parts = turn.parts.filter((part) => isSayable(part, dialect));
  if (turn.role !== 'assistant') return { ...turn, parts };
  const end = parts.findLastIndex(({ kind }) => kind !== 'thinking' && kind !== 'redacted-thinking');
  return { ...turn, parts: parts.slice(0, end + 1) };
}

function isSayable(part: Part, { signatures }: Dialect): boolean {
  const isOwn = (proof: string) => signatures !== undefined && signatureFamily(proof) === signatures;
  switch (part.kind) {
    case 'text':
      return part.text.trim() !== '';
    case 'thinking':
      return part.signature !== undefined && isOwn(part.signature);
    case 'redacted-thinking':
      return isOwn(part.data);
    default:
      return true;
  }
}

function isMedia({ kind }: Part): boolean {
  return kind === 'image' || kind === 'document';
}

/** Pictures and files are the user's to send: those that the assistant made go into the next turn. */
function withUserMedia(turns: readonly Turn[]): Turn[] {
  const moved: Turn[] = [];
  let held: Part[] = [];
  const release = () => {
    const parts: Part[] = held.length > 0 ? [{ kind: 'text', text: '[made by the assistant]' }, ...held] : [];
    held = [];
    return parts;
  };
  for (const turn of turns) {
    if (turn.role === 'assistant') {
      held.push(...turn.parts.filter(isMedia));
      moved.push({ ...turn, parts: turn.parts.filter((part) => !isMedia(part)) });
    } else if (turn.role === 'user') moved.push(withMedia(turn, release()));
    else moved.push(turn);
  }
  return [...moved, { role: 'user' as const, parts: release() }].filter(({ parts }) => parts.length > 0);
}

/** Results stay in front. */
function withMedia(turn: Turn, media: readonly Part[]): Turn {
  const results = turn.parts.filter(({ kind }) => kind === 'tool-result');
  return { ...turn, parts: [...results, ...media, ...turn.parts.filter(({ kind }) => kind !== 'tool-result')] };
}

function leadByUser(turns: readonly Turn[]): Turn[] {
  const [first] = turns;
  if (first === undefined || first.role === 'user') return [...turns];
  const lead: Part = { kind: 'text', text: '[start of the conversation]' };
  return [{ role: 'user', parts: [lead] }, ...turns];
}
