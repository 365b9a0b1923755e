import type { AnswerEvent } from '../../../protocols/answer.ts';
import type { Conversation, Part, ThinkingPart, Turn } from '../../../protocols/conversation.ts';
import { createTurnKey, type Said, turnKey } from './turn-key.ts';

/** What an assistant's turn lost on its way to a client whose format cannot carry it. */
export interface SignedTurn {
  thinking: readonly ThinkingPart[];
  /** Signatures of tool calls, by their ids. */
  calls: Readonly<Record<string, string>>;
}

/** A remembered turn, as it is saved. */
export interface SavedTurn {
  key: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  turn: SignedTurn;
}

export interface ThinkingMemory {
  /** Watches an answer; whatever is signed in it is kept when it is whole. */
  recorder(session: string | undefined): (events: readonly AnswerEvent[]) => void;
  /** Puts back what the client could not send back. */
  restore(conversation: Conversation, session: string | undefined): Conversation;
  all(): readonly SavedTurn[];
}

export interface ThinkingMemoryOptions {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** What was saved before, oldest first. */
  saved?: readonly SavedTurn[];
  onChange(): void;
}

/** Turns, and characters of them in all. */
const mostTurns = 10_240;
const mostCharacters = 16 * 1024 * 1024;
const keptMs = 24 * 3_600_000;

/**
 * Keeps signed thinking of the last day for clients that read Chat Completions, which has no place for it: models refuse
 * or forget their own earlier thinking without it. A turn is found again by its conversation and what it said.
 */
export function createThinkingMemory({ now, saved = [], onChange }: ThinkingMemoryOptions): ThinkingMemory {
  const turns = new Map(saved.map((one) => [one.key, { ...one, size: sizeOf(one.turn) }]));
  let characters = [...turns.values()].reduce((sum, { size }) => sum + size, 0);
  const drop = (key: string) => {
    characters -= turns.get(key)?.size ?? 0;
    turns.delete(key);
  };
  const trim = () => {
    const oldest = now() - keptMs;
    for (const { key, at } of turns.values()) {
      if (turns.size <= mostTurns && characters <= mostCharacters && at >= oldest) break;
      drop(key);
    }
  };
  const remember = (key: string, turn: SignedTurn) => {
    drop(key);
    const size = sizeOf(turn);
    turns.set(key, { key, at: now(), turn, size });
    characters += size;
    trim();
    onChange();
  };
  trim();
  return {
    recorder: (session) => createRecorder(session, remember),
    restore: (conversation, session) => ({
      ...conversation,
      turns: conversation.turns.map((turn) => restoreTurn(turn, (said) => turns.get(turnKey(session, said))?.turn)),
    }),
    all: () => [...turns.values()].map(({ key, at, turn }) => ({ key, at, turn })),
  };
}

function sizeOf({ thinking, calls }: SignedTurn): number {
  const texts = thinking.map(({ text, signature = '' }) => text.length + signature.length);
  const signatures = Object.entries(calls).map(([id, signature]) => id.length + signature.length);
  return [...texts, ...signatures].reduce((sum, length) => sum + length, 100);
}

interface HeardPart {
  kind: 'text' | 'thinking' | 'tool-call';
  id: string;
  /** Of thinking only: the words that everybody sees are the client's to keep, as are the arguments of calls. */
  text: string;
  signature?: string;
}

type Keep = (key: string, turn: SignedTurn) => void;

function createRecorder(session: string | undefined, keep: Keep): (events: readonly AnswerEvent[]) => void {
  const parts = new Map<number, HeardPart>();
  const said = createTurnKey(session);
  const hear = (event: AnswerEvent) => {
    if (event.type === 'open') {
      const { kind } = event.start;
      if (kind === 'text' || kind === 'thinking' || kind === 'tool-call')
        parts.set(event.part, { kind, id: ('id' in event.start && event.start.id) || '', text: '' });
    } else if (event.type === 'delta') {
      const part = parts.get(event.part);
      if (part?.kind === 'thinking') part.text += event.text;
      else if (part?.kind === 'text') said.say(event.text);
    } else if (event.type === 'signature') {
      const part = parts.get(event.part);
      if (part) part.signature = event.signature;
    } else if (event.type === 'finish') conclude([...parts.values()], said.key, keep);
  };
  return (events) => {
    for (const event of events) hear(event);
  };
}

function conclude(parts: readonly HeardPart[], keyOf: (callIds: readonly string[]) => string, keep: Keep): void {
  const signed = parts.filter(({ signature }) => signature !== undefined);
  if (signed.length === 0) return;
  const calls = parts.filter(({ kind }) => kind === 'tool-call');
  keep(keyOf(calls.map(({ id }) => id)), {
    thinking: signed.filter(({ kind }) => kind === 'thinking').map(thinkingPart),
    calls: Object.fromEntries(calls.flatMap(({ id, signature }) => (signature === undefined ? [] : [[id, signature]]))),
  });
}

function thinkingPart({ id, text, signature = '' }: HeardPart): ThinkingPart {
  return { kind: 'thinking', text, signature, ...(id === '' ? {} : { id }) };
}

function restoreTurn(turn: Turn, find: (said: Said) => SignedTurn | undefined): Turn {
  if (turn.role !== 'assistant' || turn.parts.some(isSigned)) return turn;
  const found = find(saidBy(turn.parts));
  if (!found) return turn;
  const unsigned = turn.parts.filter(({ kind }) => found.thinking.length === 0 || kind !== 'thinking');
  return { ...turn, parts: [...found.thinking, ...unsigned.map((part) => signCall(part, found))] };
}

function isSigned(part: Part): boolean {
  return 'signature' in part && part.signature !== undefined;
}

function saidBy(parts: readonly Part[]): Said {
  return {
    callIds: parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : [])),
    text: parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
  };
}

function signCall(part: Part, { calls }: SignedTurn): Part {
  const signature = part.kind === 'tool-call' ? calls[part.id] : undefined;
  return signature === undefined ? part : ({ ...part, signature } as Part);
}
