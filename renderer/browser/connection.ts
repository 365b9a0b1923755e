/** `lost`: nobody answers, and it is tried again. `signed-out`: this browser needs a new link. */
export type Connection = 'open' | 'lost' | 'signed-out';

/** A value that listeners follow. */
export interface Followed<T> {
  get(): T;
  set(value: T): void;
  follow(listener: (value: T) => void): () => void;
}

export function followed<T>(first: T): Followed<T> {
  const listeners = new Set<(value: T) => void>();
  let current = first;
  return {
    get: () => current,
    set(value) {
      if (value === current) return;
      current = value;
      for (const listener of [...listeners]) listener(value);
    },
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
