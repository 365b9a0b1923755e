import { useEffect, useState } from 'react';

/** A wish that has not come true yet is shown for this long at most, in milliseconds. */
export const wishLimitMs = 3_000;

export interface Wish {
  wanted: boolean;
  /** Milliseconds since the Unix epoch. */
  madeAt: number;
}

/** What a switch shows: the wish while it is fresh, else the truth. */
export function shownValue(actual: boolean, wish: Wish | undefined, now: number): boolean {
  return wish && now - wish.madeAt < wishLimitMs ? wish.wanted : actual;
}

/** A switch that reacts at once and falls back when the engine refuses, or has not followed within three seconds. */
export function useOptimistic(actual: boolean, act: (wanted: boolean) => Promise<{ ok: boolean }>) {
  const [wish, setWish] = useState<Wish>();
  const fulfilled = wish !== undefined && wish.wanted === actual;
  useEffect(() => {
    if (!wish) return;
    if (fulfilled) return setWish(undefined);
    const timer = setTimeout(() => setWish(undefined), wishLimitMs);
    return () => clearTimeout(timer);
  }, [wish, fulfilled]);
  const choose = async (wanted: boolean) => {
    const made = { wanted, madeAt: Date.now() };
    setWish(made);
    const { ok } = await act(wanted);
    if (!ok) setWish((current) => (current === made ? undefined : current));
  };
  return { shown: shownValue(actual, wish, Date.now()), choose };
}
