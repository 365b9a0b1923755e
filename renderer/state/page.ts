import { useEffect, useState } from 'react';

const shownPage = () => window.location.hash.slice(1);

/** The page that the window's address names; one of `ids`, the first one by default. */
export function usePage(ids: readonly string[]): string {
  const [page, setPage] = useState(shownPage);
  useEffect(() => {
    const follow = () => setPage(shownPage());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return ids.find((id) => id === page) ?? ids[0] ?? '';
}

/** Shows another page. */
export function goTo(page: string): void {
  window.location.hash = page;
}
