import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { AppState, CallArgument, CallName, CallResult, RevealTarget } from '../../preload/contract.ts';
import { withHiddenEmails } from '../../preload/hidden-emails.ts';
import type { BrowserSide, Carrier } from '../browser/carrier.ts';

/** A failure that the owner has to be told of. */
export interface Notice {
  message: string;
  fix?: string;
}

/** What every part of the window works with. */
export interface Fusebox {
  state: AppState;
  /** Calls the engine; a failure shows as a notice, unless the state itself already tells of it. */
  call<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>>;
  /** The same for callers that tell of a failure themselves. */
  attempt<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>>;
  notice: Notice | undefined;
  dismissNotice(): void;
  /** What the owner is led to from outside of the window. */
  revealed: RevealTarget | undefined;
  /** Leads the owner there. */
  reveal(target: RevealTarget): void;
  wasRevealed(): void;
  /** Set where the window is a page of a browser, which has no desktop around it. */
  browser: BrowserSide | undefined;
}

const FuseboxContext = createContext<Fusebox | undefined>(undefined);

export function useFusebox(): Fusebox {
  const fusebox = useContext(FuseboxContext);
  if (!fusebox) throw new Error('useFusebox is used outside of FuseboxProvider');
  return fusebox;
}

export interface FuseboxProviderProps {
  carrier: Carrier;
  /** Shown until the first state has arrived. */
  waiting: ReactNode;
  children: ReactNode;
}

/** Keeps the latest state of the engine and hands it to the parts of the window. */
export function FuseboxProvider({ carrier, waiting, children }: FuseboxProviderProps) {
  const state = useEngineState(carrier);
  const hides = state?.hideEmails ?? false;
  const attempt = useCallback<Fusebox['attempt']>(
    async (name, argument) => {
      const result = await carrier.call(name, argument);
      return hides && !valuesOfFilters.has(name) ? withHiddenEmails(result) : result;
    },
    [carrier, hides],
  );
  const [notice, setNotice] = useState<Notice>();
  const call = useCallback<Fusebox['call']>(
    async (name, argument) => {
      const result = await attempt(name, argument);
      if (!result.ok && isNews(result.error.code)) setNotice(result.error);
      else if (result.ok) setNotice(undefined);
      return result;
    },
    [attempt],
  );
  const dismissNotice = useCallback(() => setNotice(undefined), []);
  const [revealed, setRevealed] = useState<RevealTarget>();
  useEffect(() => carrier.onReveal(setRevealed), [carrier]);
  const reveal = useCallback((target: RevealTarget) => setRevealed(target), []);
  const wasRevealed = useCallback(() => setRevealed(undefined), []);
  const fusebox = useMemo(
    () =>
      state && { state, call, attempt, notice, dismissNotice, revealed, reveal, wasRevealed, browser: carrier.browser },
    [state, call, attempt, notice, dismissNotice, revealed, reveal, wasRevealed, carrier],
  );
  if (!fusebox) return waiting;
  return <FuseboxContext value={fusebox}>{children}</FuseboxContext>;
}

/** They go back as they came. */
const valuesOfFilters: ReadonlySet<CallName> = new Set(['journal.choices']);

/** A cancelled choice is no failure, and a taken port has a banner of its own. */
function isNews(code: string): boolean {
  return code !== 'cancelled' && code !== 'port_taken';
}

function useEngineState(carrier: Carrier): AppState | undefined {
  const [state, setState] = useState<AppState>();
  useEffect(() => {
    // A state that was sent while the first answer was on its way is the newer one.
    let sent = false;
    const stop = carrier.onState((next) => {
      sent = true;
      setState(next);
    });
    void carrier.call('state.get', undefined).then((result) => {
      if (result.ok && !sent) setState(result.value);
    });
    return stop;
  }, [carrier]);
  return useMemo(() => (state?.hideEmails ? withHiddenEmails(state) : state), [state]);
}
