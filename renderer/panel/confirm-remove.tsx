import { useEffect, useRef } from 'react';
import { Button } from '../shell/button.tsx';
import { text } from '../text/en.ts';

export interface ConfirmRemoveProps {
  label: string;
  onKeep(): void;
  onRemove(): void;
}

/** Asks in the row's own place. The harmless answer has the focus, and Escape gives it. */
export function ConfirmRemove({ label, onKeep, onRemove }: ConfirmRemoveProps) {
  const keep = useRef<HTMLButtonElement>(null);
  // After the menu that led here has given the focus back to its own button.
  useEffect(() => {
    const frame = requestAnimationFrame(() => keep.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <li
      className="flex min-h-16 items-center gap-3 border-t border-line bg-bad-wash py-2 pr-3 pl-5 text-sm"
      onKeyDown={(event) => event.key === 'Escape' && onKeep()}
    >
      <p className="flex-1">{text.circuits.confirmRemove(label)}</p>
      <Button weight="danger" onClick={onRemove}>
        {text.circuits.confirm}
      </Button>
      <Button ref={keep} onClick={onKeep}>
        {text.circuits.keep}
      </Button>
    </li>
  );
}
