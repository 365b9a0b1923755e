import { useEffect } from 'react';
import { useFusebox } from '../state/fusebox.tsx';

/** Lets the engine look at the tools' files when their owner does: on opening the page and on coming back to it. */
export function useLook(): void {
  const { attempt } = useFusebox();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void attempt('tools.look', undefined);
    };
    look();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [attempt]);
}
