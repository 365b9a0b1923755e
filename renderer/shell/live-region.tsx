import { useEffect, useRef, useState } from 'react';
import type { AppState } from '../../preload/contract.ts';
import { announcements } from '../state/announcements.ts';

/** Tells screen readers what changed, without being seen. */
export function LiveRegion({ state }: { state: AppState }) {
  const before = useRef(state);
  const [words, setWords] = useState('');
  useEffect(() => {
    const news = announcements(before.current, state);
    before.current = state;
    if (news.length > 0) setWords(news.join('. '));
  }, [state]);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}
