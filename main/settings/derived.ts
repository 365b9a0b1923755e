import type { Settings } from './schema.ts';

/** Derives a value once for each settings object: settings are replaced as a whole when they change. */
export function derived<T>(settings: () => Settings, make: (settings: Settings) => T): () => T {
  let made: { from: Settings; value: T } | undefined;
  return () => {
    const now = settings();
    if (made?.from !== now) made = { from: now, value: make(now) };
    return made.value;
  };
}
