import { useEffect, useState } from 'react';

/** `#activity/ID` is the page `activity` with one of its things. */
const shown = () => window.location.hash.slice(1);

function useAddress(): string {
  const [address, setAddress] = useState(shown);
  useEffect(() => {
    const follow = () => setAddress(shown());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return address;
}

/** The page that the window's address names; one of `ids`, the first one by default. */
export function usePage(ids: readonly string[]): string {
  const [page] = useAddress().split('/');
  return ids.find((id) => id === page) ?? ids[0] ?? '';
}

/** What of the page is shown by itself, such as one request. */
export function useDetail(): string | undefined {
  const [, detail] = useAddress().split('/');
  return detail === '' ? undefined : detail;
}

/** Shows another page. */
export function goTo(page: string): void {
  window.location.hash = page;
}

/** Where a link to a thing of a page leads. */
export function detailLink(page: string, detail: string): string {
  return `#${page}/${detail}`;
}

/** Shows a thing of the page, or none, in place of what was shown: the way back leads to the page before. */
export function showDetail(page: string, detail: string | undefined): void {
  window.location.replace(detail === undefined ? `#${page}` : detailLink(page, detail));
}
