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

export interface CopyButtonProps {
  onCopy(): Promise<{ ok: boolean }>;
  /** What is copied, where several buttons of one name are near each other. */
  label?: string;
  children: string;
}

/** Copies through the main process and says for a moment that it has. */
export function CopyButton({ onCopy, label, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <LinkButton aria-label={copied ? undefined : label} onClick={() => void onCopy().then(({ ok }) => setCopied(ok))}>
      {copied ? text.endpoint.copied : children}
    </LinkButton>
  );
}
