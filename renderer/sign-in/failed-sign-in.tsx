import { TriangleAlert } from 'lucide-react';
import type { SignInView } from '../../preload/contract.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { hostOf, otherMethods, otherProvider, problemWords } from './sign-in-reading.ts';
import type { SignIns } from './use-sign-ins.ts';

/** Why it failed, what to do, and the buttons that do it. */
export function FailedSignIn({ view, signIns }: { view: SignInView; signIns: SignIns }) {
  const { state, call } = useFusebox();
  const { id, provider, method, accountId, problem } = view;
  const other = otherProvider(view, state.providers);
  const again = accountId ? { accountId } : {};
  return (
    <div className="text-sm">
      <p className="flex items-start gap-1.5">
        <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0 text-bad" />
        <span className="select-text">{problem ? problemWords(problem) : null}</span>
      </p>
      <div className="mt-2.5 flex flex-wrap gap-2">
        {other ? (
          <Button weight="primary" onClick={() => signIns.startInstead(view, { provider: other.id })}>
            {text.signIn.throughProvider(other.label)}
          </Button>
        ) : null}
        {problem?.link ? (
          <Button onClick={() => void call('sign-in.open', { id })} title={problem.link}>
            {text.signIn.openHelp(hostOf(problem.link).split('/')[0] ?? '')}
          </Button>
        ) : null}
        <Button onClick={() => signIns.startInstead(view, { provider, method, ...again })}>{text.signIn.retry}</Button>
        {otherMethods(view, state.providers).map((one) => (
          <Button key={one} onClick={() => signIns.startInstead(view, { provider, method: one, ...again })}>
            {text.signIn.tryMethod[one]}
          </Button>
        ))}
      </div>
    </div>
  );
}
