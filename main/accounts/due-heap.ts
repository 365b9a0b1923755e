interface Entry {
  id: string;
  at: number;
}

/** Ids by the time at which each is due: a binary heap, so that a look at it costs nothing while none is. */
export class DueHeap {
  readonly #entries: Entry[] = [];
  /** The time that counts for an id; entries with another one are left over from before. */
  readonly #times = new Map<string, number>();

  /** `at` in milliseconds since the Unix epoch; replaces the time that the id had. */
  set(id: string, at: number): void {
    this.#times.set(id, at);
    this.#entries.push({ id, at });
    this.#rise(this.#entries.length - 1);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#times.clear();
  }

  /** Takes out the id that has been due for longest; undefined when none is. */
  takeDue(now: number): string | undefined {
    for (let first = this.#entries[0]; first && first.at <= now; first = this.#entries[0]) {
      this.#removeFirst();
      if (this.#times.get(first.id) !== first.at) continue;
      this.#times.delete(first.id);
      return first.id;
    }
    return undefined;
  }

  #removeFirst(): void {
    const last = this.#entries.pop();
    if (!last || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const parent = (index - 1) >> 1;
    if (index === 0 || this.#at(parent) <= this.#at(index)) return;
    this.#swap(index, parent);
    this.#rise(parent);
  }

  #sink(index: number): void {
    const left = 2 * index + 1;
    const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
    if (this.#at(index) <= this.#at(child)) return;
    this.#swap(index, child);
    this.#sink(child);
  }

  #at(index: number): number {
    return this.#entries[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#entries[one], this.#entries[other]];
    if (!a || !b) return;
    this.#entries[one] = b;
    this.#entries[other] = a;
  }
}
