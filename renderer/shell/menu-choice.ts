import { useRef } from 'react';

/**
 * A menu's items act once it has closed and its button has the focus again: what they open can then take it, and where
 * they open nothing it is not lost.
 */
export function useMenuChoice() {
  const chosen = useRef<() => void>(undefined);
  return {
    choose: (act: () => void) => () => {
      chosen.current = act;
    },
    onCloseAutoFocus() {
      const act = chosen.current;
      chosen.current = undefined;
      if (act) queueMicrotask(act);
    },
  };
}
