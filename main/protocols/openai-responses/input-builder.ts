import type { Part, SystemText, Turn } from '../conversation.ts';

/** Puts the turns of a conversation together, item by item: neighbours of one role share a turn. */
export class InputBuilder {
  readonly system: SystemText[] = [];
  readonly #turns: { role: Turn['role']; parts: Part[] }[] = [];

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  add(role: Turn['role'], ...parts: readonly Part[]): void {
    if (parts.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.#turns.push({ role, parts: [...parts] });
  }
}
