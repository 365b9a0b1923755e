import { useEffect, useRef } from 'react';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

/** An account that has just been removed. */
export interface Removed {
  id: string;
  label: string;
}

/** Shorter than the engine keeps it (main/engine/removals.ts), so that the button never comes too late; milliseconds. */
const offeredMs = 20_000;

/** Takes a removal back. It has the focus, for the row that had it is gone. */
export function UndoBar({ removed: { id, label }, onEnd }: { removed: Removed; onEnd(): void }) {
  const { call } = useFusebox();
  const undo = useRef<HTMLButtonElement>(null);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    undo.current?.focus();
    const timer = setTimeout(() => end.current(), offeredMs);
    return () => clearTimeout(timer);
  }, []);
  const takeBack = async () => {
    const { ok } = await call('account.restore', { id });
    if (ok) onEnd();
  };
  return (
    <div role="status" className="flex items-center gap-3 border-t border-line bg-raised py-2 pr-3 pl-5 text-sm">
      <p className="flex-1">{text.circuits.removed(label)}</p>
      <Button ref={undo} onClick={() => void takeBack()}>
        {text.circuits.undo}
      </Button>
    </div>
  );
}
