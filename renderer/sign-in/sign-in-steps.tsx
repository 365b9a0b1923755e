import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SignInView } from '../../preload/contract.ts';
import { CopyButton, LinkButton } from '../shell/link-button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';
import { DeviceCode } from './device-code.tsx';
import { KeyForm } from './key-form.tsx';
import { PasteField } from './paste-field.tsx';
import { QuestionForm } from './question-form.tsx';
import { otherMethods, type Standing, type StepReading, stepsOf } from './sign-in-reading.ts';
import type { SignIns } from './use-sign-ins.ts';

/** The steps of a sign-in that runs, each with what can be done there. */
export function SignInSteps({ view, signIns }: { view: SignInView; signIns: SignIns }) {
  return (
    <>
      <ol className="grid gap-2 py-1 text-sm">
        {stepsOf(view).map((step, at) => (
          <Step key={step.id} step={step} number={at + 1}>
            <StepActions step={step} view={view} />
          </Step>
        ))}
      </ol>
      <Instead view={view} signIns={signIns} />
    </>
  );
}

function Step({ step: { standing, words }, number, children }: StepProps) {
  return (
    <li aria-current={standing === 'current' ? 'step' : undefined} className="flex items-start gap-2.5">
      <StepMark standing={standing} number={number} />
      <div className="min-w-0 flex-1">
        <span className="sr-only">{text.signIn.standing[standing]}</span>
        <span className={standing === 'current' ? 'font-medium' : 'text-soft'}>{words}</span>
        {children}
      </div>
    </li>
  );
}

interface StepProps {
  step: StepReading;
  number: number;
  children: ReactNode;
}

const marks: Record<Standing, string> = {
  done: 'border-transparent text-good',
  current: 'border-accent bg-accent text-accent-ink',
  ahead: 'border-control text-soft',
};

function StepMark({ standing, number }: { standing: Standing; number: number }) {
  return (
    <span
      aria-hidden="true"
      className={`grid size-4.5 shrink-0 place-items-center rounded-full border text-[11px] font-medium ${marks[standing]}`}
    >
      {standing === 'done' ? <Check className="size-3.5" strokeWidth={2.5} /> : number}
    </span>
  );
}

/** What the owner can do at a step. The steps of the browser keep theirs while it is waited for. */
function StepActions({ step, view }: { step: StepReading; view: SignInView }) {
  const { id, phase, browser, device, question } = view;
  if (step.id === 'open' && phase === 'waiting' && browser) return <BrowserActions id={id} browser={browser} />;
  if (step.id === 'wait' && phase === 'waiting' && browser) {
    return <PasteField id={id} needed={browser.port === undefined} />;
  }
  if (step.id === 'code' && phase === 'waiting' && device) return <DeviceCode id={id} device={device} />;
  if (step.id === 'fill') return <KeyForm view={view} />;
  if (step.id === 'finish' && phase === 'question' && question) return <QuestionForm id={id} question={question} />;
  return null;
}

function BrowserActions({ id, browser }: { id: string; browser: NonNullable<SignInView['browser']> }) {
  const { call } = useFusebox();
  return (
    <p className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
      <LinkButton onClick={() => void call('sign-in.open', { id })}>
        {browser.opened ? text.signIn.openAgain : text.signIn.openPage}
      </LinkButton>
      <CopyButton onCopy={() => call('clipboard.copy-sign-in-link', { id })}>{text.signIn.copyLink}</CopyButton>
      {browser.manualUrl && browser.port !== undefined ? (
        <CopyButton onCopy={() => call('clipboard.copy-sign-in-link', { id, manual: true })}>
          {text.signIn.copyManualLink}
        </CopyButton>
      ) : null}
    </p>
  );
}

/** The provider's other ways, for when this one does not work here. */
function Instead({ view, signIns }: { view: SignInView; signIns: SignIns }) {
  const { state } = useFusebox();
  const { provider, accountId, phase } = view;
  const others = phase === 'waiting' || phase === 'input' ? otherMethods(view, state.providers) : [];
  if (others.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-4 pt-1 text-sm text-soft">
      {text.signIn.instead}
      {others.map((method) => (
        <LinkButton
          key={method}
          onClick={() => signIns.startInstead(view, { provider, method, ...(accountId ? { accountId } : {}) })}
        >
          {text.signIn.method[method]}
        </LinkButton>
      ))}
    </p>
  );
}
