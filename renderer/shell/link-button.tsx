import { type ComponentProps, useEffect, useState } from 'react';
import { text } from '../text/en.ts';

/** A small action within a sentence or beside one. */
export function LinkButton({ className = '', ...rest }: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...rest}
      className={`rounded text-accent-text underline decoration-line underline-offset-3 hover:decoration-current ${className}`}
    />
  );
}

/** How long the button says that it has copied, in milliseconds. */
const confirmMs = 1_600;

/** Copies through the main process and says for a moment that it has. */
export function CopyButton({ onCopy, children }: { onCopy(): Promise<{ ok: boolean }>; children: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <LinkButton onClick={() => void onCopy().then(({ ok }) => setCopied(ok))}>
      {copied ? text.endpoint.copied : children}
    </LinkButton>
  );
}
