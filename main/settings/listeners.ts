/** The listeners of one event. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** The returned function removes the listener. */
  add(listener: (value: T) => void): () => void {
    // A wrapper of its own, so that the same function can be added twice and removed once.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
