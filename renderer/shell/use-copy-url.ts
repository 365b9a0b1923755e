import { useEffect, useState } from 'react';
import { useFusebox } from '../state/fusebox.tsx';

/** How long a button says that it has copied, in milliseconds. */
const confirmMs = 1_600;

/** Copies the gateway's address and knows for a moment that it has. */
export function useCopyUrl() {
  const { call } = useFusebox();
  const [copiedAt, setCopiedAt] = useState<number>();
  useEffect(() => {
    if (copiedAt === undefined) return;
    const timer = setTimeout(() => setCopiedAt(undefined), confirmMs);
    return () => clearTimeout(timer);
  }, [copiedAt]);
  const copy = async () => {
    const { ok } = await call('clipboard.copy-url', undefined);
    if (ok) setCopiedAt(Date.now());
  };
  return { copied: copiedAt !== undefined, copy: () => void copy() };
}
