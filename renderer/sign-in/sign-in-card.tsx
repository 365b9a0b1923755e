import { CircleCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { SignInView } from '../../preload/contract.ts';
import { isServed } from '../panel/account-reading.ts';
import { ProviderGlyph } from '../panel/provider-glyph.tsx';
import { TestResult } from '../panel/test-line.tsx';
import { useAccountTest } from '../panel/use-account-test.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { useNow } from '../state/now.ts';
import { text } from '../text/en.ts';
import { FailedSignIn } from './failed-sign-in.tsx';
import { isOver, outcomeWords, remaining } from './sign-in-reading.ts';
import { SignInSteps } from './sign-in-steps.tsx';
import type { SignIns } from './use-sign-ins.ts';

export interface SignInCardProps {
  view: SignInView;
  /** The account that is signed in again. */
  accountLabel?: string | undefined;
  signIns: SignIns;
  onPutAway(): void;
}

/** A sign-in in its place among the circuits: what it is, where it stands, what to do. */
export function SignInCard({ view, accountLabel, signIns, onPutAway }: SignInCardProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const takesFocus = signIns.startedHere === view.id;
  useEffect(() => {
    if (!takesFocus) return;
    heading.current?.focus();
    heading.current?.closest('li')?.scrollIntoView({ block: 'nearest' });
  }, [takesFocus]);
  const putAway = () => {
    signIns.putAway(view);
    onPutAway();
  };
  const title = accountLabel ? text.signIn.again(accountLabel) : text.signIn.add(view.providerLabel, view.method);
  const over = isOver(view);
  return (
    <li
      aria-labelledby={`sign-in-${view.id}`}
      className="border-t border-line bg-lit py-3 pr-3 pl-5"
      onKeyDown={(event) => event.key === 'Escape' && over && putAway()}
    >
      <div className="flex items-center gap-3">
        <ProviderGlyph provider={view.provider} name={view.providerLabel} />
        <h3
          ref={heading}
          id={`sign-in-${view.id}`}
          tabIndex={-1}
          className="min-w-0 flex-1 rounded font-medium outline-none"
        >
          {view.outcome && view.phase === 'done' ? outcomeWords(view.outcome) : title}
        </h3>
        {over || view.expiresAt === undefined ? null : <Countdown until={view.expiresAt} />}
        <Button onClick={putAway}>{over ? text.signIn.putAway : text.signIn.cancel}</Button>
      </div>
      <div className="mt-1 pl-11">
        {view.phase === 'failed' ? <FailedSignIn view={view} signIns={signIns} /> : null}
        {view.phase === 'done' ? <DoneWords view={view} /> : null}
        {over ? null : <SignInSteps view={view} signIns={signIns} />}
      </div>
    </li>
  );
}

/** Not announced: a clock that is read out every second helps nobody. */
function Countdown({ until }: { until: number }) {
  const now = useNow(1000);
  return (
    <span role="timer" aria-live="off" title={text.signIn.countdownTitle} className="text-sm text-soft">
      {text.signIn.countdown(remaining(until, now))}
    </span>
  );
}

function DoneWords({ view }: { view: SignInView }) {
  const { state } = useFusebox();
  const served = isServed(view, state.providers);
  return (
    <>
      <p className="flex items-center gap-1.5 text-sm text-soft">
        <CircleCheck aria-hidden="true" className="size-3.5 shrink-0 text-good" />
        {text.signIn.doneWith(view.providerLabel, served)}
      </p>
      {served && view.outcome ? <LastStep accountId={view.outcome.accountId} /> : null}
    </>
  );
}

/** Whether it really works: one tiny request, when the owner wants to see it. */
function LastStep({ accountId }: { accountId: string }) {
  const { state, run } = useAccountTest(accountId);
  return (
    <div role="status" className="mt-2 flex min-h-8 items-center gap-2 text-sm">
      {state === 'none' ? <Button onClick={run}>{text.circuits.testNow}</Button> : null}
      {state === 'running' ? <p className="text-soft">{text.circuits.testing}</p> : null}
      {typeof state === 'string' ? null : <TestResult record={state} />}
    </div>
  );
}
