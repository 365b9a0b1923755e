import type { Part, TextPart, ToolCallPart, ToolResultPart, Turn } from './conversation.ts';

/**
 * Makes turns that every upstream takes: nothing empty, no two neighbours of one role, each tool call once and its one
 * result directly behind it. Of several results the last one counts, at the place of the first; a result without call
 * becomes text and a call without result gets one that says so. Idempotent.
 */
export function repairTurns(turns: readonly Turn[]): Turn[] {
  const pairing = new Pairing();
  for (const turn of mergeNeighbours(withoutEmpty(turns))) pairing.add(turn);
  return mergeNeighbours(withoutEmpty(pairing.turns()));
}

/** Joins turns of one role that follow each other. */
export function mergeNeighbours(turns: readonly Turn[]): Turn[] {
  const merged: { role: Turn['role']; parts: Part[] }[] = [];
  for (const { role, parts } of turns) {
    const last = merged.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else merged.push({ role, parts: [...parts] });
  }
  return merged;
}

function withoutEmpty(turns: readonly Turn[]): Turn[] {
  return turns
    .map(({ role, parts }) => ({ role, parts: parts.filter(saysSomething) }))
    .filter(({ parts }) => parts.length > 0);
}

function saysSomething(part: Part): boolean {
  if (part.kind === 'text') return part.text !== '';
  return part.kind !== 'thinking' || part.text !== '' || part.signature !== undefined;
}

/** A call and what answers it. */
interface Slot {
  call: ToolCallPart;
  result?: ToolResultPart;
}

/** A turn without its results, and the results that belong behind it. */
interface PairedTurn extends Turn {
  /** Those with a result in the order of the results. */
  answered: Slot[];
  slots: Slot[];
}

class Pairing {
  readonly #turns: PairedTurn[] = [];
  /** The latest call of each id that the client uses, and the turn that it is in. */
  readonly #open = new Map<string, { slot: Slot; turn: PairedTurn }>();
  readonly #ids = new Set<string>();

  add({ role, parts }: Turn): void {
    const own: Part[] = [];
    const turn: PairedTurn = { role, parts: own, answered: [], slots: [] };
    this.#turns.push(turn);
    for (const part of parts) {
      if (part.kind === 'tool-call') own.push(...this.#call(part, turn));
      else if (part.kind === 'tool-result') own.push(...this.#result(part));
      else own.push(part);
    }
  }

  turns(): Turn[] {
    return this.#turns.flatMap(({ role, parts, answered, slots }) => {
      const unanswered = slots.filter(({ result }) => !result);
      const results = [...answered, ...unanswered].map(resultOf);
      return [{ role, parts }, ...(results.length > 0 ? [{ role: 'user' as const, parts: results }] : [])];
    });
  }

  /** A call that was sent twice is one call; an id that was used for another call gets a number. */
  #call(call: ToolCallPart, turn: PairedTurn): ToolCallPart[] {
    const known = this.#open.get(call.id)?.slot.call;
    if (known && known.name === call.name && known.input === call.input) return [];
    const own = this.#ids.has(call.id) ? { ...call, id: this.#freeId(call.id) } : call;
    const slot = { call: own };
    this.#ids.add(own.id);
    this.#open.set(call.id, { slot, turn });
    turn.slots.push(slot);
    return [own];
  }

  #result(result: ToolResultPart): Part[] {
    const open = this.#open.get(result.callId);
    if (!open) return orphaned(result);
    if (!open.slot.result) open.turn.answered.push(open.slot);
    open.slot.result = result;
    return [];
  }

  #freeId(id: string): string {
    for (let count = 2; ; count++) {
      const free = `${id}_${count}`;
      if (!this.#ids.has(free)) return free;
    }
  }
}

function resultOf({ call, result }: Slot): ToolResultPart {
  if (result) return { ...result, callId: call.id };
  return {
    kind: 'tool-result',
    callId: call.id,
    name: call.name,
    parts: [{ kind: 'text', text: '[no result]' }],
    ...(call.custom ? { custom: true } : {}),
  };
}

function orphaned({ parts }: ToolResultPart): Part[] {
  const texts = parts.filter((part): part is TextPart => part.kind === 'text').map(({ text }) => text);
  const text = ['[tool result without call]', ...texts].join(' ');
  return [{ kind: 'text', text }, ...parts.filter(({ kind }) => kind !== 'text')];
}
