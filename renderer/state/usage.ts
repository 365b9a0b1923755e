import { useEffect } from 'react';
import { useFusebox } from './fusebox.tsx';

/** Lets the engine look at what is left of the accounts when the owner does: on opening the page and on coming back to it. */
export function useFreshUsage(): void {
  const { attempt } = useFusebox();
  useEffect(() => {
    const read = () => {
      // Old figures are shown with their age, so a failure need not be told.
      if (document.visibilityState === 'visible') void attempt('usage.read', undefined);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [attempt]);
}
