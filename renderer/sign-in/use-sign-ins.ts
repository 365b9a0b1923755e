import { useState } from 'react';
import type { CallArgument, SignInView } from '../../preload/contract.ts';
import { useFusebox } from '../state/fusebox.tsx';
import { isOver } from './sign-in-reading.ts';

export type SignInWish = CallArgument<'sign-in.start'>;

/** The sign-ins that are shown, and what can be done with them from everywhere in the panel. */
export interface SignIns {
  /** The oldest first, without those that were cancelled or put away. */
  shown: readonly SignInView[];
  /** The one that the owner has just started here: it takes the focus. */
  startedHere: string | undefined;
  start(wish: SignInWish): void;
  /** Starts anew what has ended, or the same in another way. */
  startInstead(view: SignInView, wish: SignInWish): void;
  /** Cancels what runs, and puts it away. */
  putAway(view: SignInView): void;
}

export function useSignIns(): SignIns {
  const { state, call } = useFusebox();
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [startedHere, setStartedHere] = useState<string>();
  const hide = ({ id }: SignInView) => setAway((before) => new Set([...before, id]));
  const start = async (wish: SignInWish) => {
    const result = await call('sign-in.start', wish);
    if (result.ok) setStartedHere(result.value.id);
    return result.ok;
  };
  const putAway = (view: SignInView) => {
    // One whose tokens are on their way stays to say what became of them.
    if (isOver(view)) hide(view);
    else void call('sign-in.cancel', { id: view.id });
  };
  return {
    shown: state.signIns.filter(({ id, phase }) => phase !== 'cancelled' && !away.has(id)),
    startedHere,
    start: (wish) => void start(wish),
    startInstead: (view, wish) => void start(wish).then((started) => started && putAway(view)),
    putAway,
  };
}
