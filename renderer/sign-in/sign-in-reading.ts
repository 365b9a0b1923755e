import type { ProviderView, SignInView } from '../../preload/contract.ts';
import { text } from '../text/en.ts';

const words = text.signIn;

export type Standing = 'done' | 'current' | 'ahead';

/** One step of the stepper. */
export interface StepReading {
  id: 'open' | 'wait' | 'code' | 'fill' | 'finish';
  standing: Standing;
  words: string;
}

/** Whether nothing more can happen to it. */
export function isOver({ phase }: Pick<SignInView, 'phase'>): boolean {
  return phase === 'done' || phase === 'failed' || phase === 'cancelled';
}

/** The steps of a sign-in that runs, in order. */
export function stepsOf(view: SignInView): StepReading[] {
  const at = view.phase === 'starting' ? 'first' : isFinishing(view) ? 'last' : 'owner';
  const finish: StepReading = {
    id: 'finish',
    standing: at === 'last' ? 'current' : 'ahead',
    words: at === 'last' ? finishingWords(view) : words.steps.finishAhead,
  };
  if (view.method === 'browser') return [...browserSteps(view, at), finish];
  if (view.method === 'device') return [...deviceSteps(view, at), finish];
  return [{ id: 'fill', standing: at === 'last' ? 'done' : 'current', words: words.steps.fill[view.method] }, finish];
}

type At = 'first' | 'owner' | 'last';

function browserSteps({ browser }: SignInView, at: At): StepReading[] {
  const opened = browser?.opened ?? false;
  const open = at === 'last' || opened;
  return [
    {
      id: 'open',
      standing: open ? 'done' : 'current',
      words: at === 'first' ? words.steps.starting : open ? words.steps.opened : words.steps.openYourself,
    },
    {
      id: 'wait',
      standing: at === 'last' ? 'done' : opened ? 'current' : 'ahead',
      words: at === 'last' ? words.steps.cameBack : waitingWords(browser),
    },
  ];
}

/** Where the browser is expected, and which ports could not be had. */
function waitingWords(browser: SignInView['browser']): string {
  if (!browser) return words.steps.waitAhead;
  const busy = browser.busy.map(({ port, reason, holder }) => words.busy[reason](port, holder)).join(' ');
  if (browser.port === undefined) return [busy, words.steps.pasteOnly].filter(Boolean).join(' ');
  return busy === '' ? words.steps.waiting(browser.port) : `${busy} ${words.steps.waitingInstead(browser.port)}`;
}

function deviceSteps({ device }: SignInView, at: At): StepReading[] {
  return [
    {
      id: 'code',
      standing: at === 'last' ? 'done' : 'current',
      words: device ? words.steps.code(hostOf(device.url)) : words.steps.askingForCode,
    },
    {
      id: 'wait',
      standing: at === 'last' ? 'done' : 'ahead',
      words: at === 'last' ? words.steps.approved : words.steps.approve,
    },
  ];
}

function isFinishing({ phase, step }: SignInView): boolean {
  return phase === 'finishing' || phase === 'question' || (phase === 'waiting' && step === 'exchanging-code');
}

/** What is being done after the owner has agreed. */
function finishingWords({ phase, step, question, cancelling }: SignInView): string {
  if (cancelling) return words.cancelling;
  if (phase === 'question' && question) return words.question[question.kind];
  return step ? words.doing[step] : words.doing.finishing;
}

/** `platform.example.com/device`: what has to be typed when no page could be opened. */
export function hostOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  return host + pathname.replace(/\/$/, '');
}

/** `4:05`; times in milliseconds since the Unix epoch. Never below zero. */
export function remaining(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What a screen reader is told of a sign-in's new standing; undefined when there is nothing for it to say. */
export function spokenStep(view: SignInView): string | undefined {
  const { phase, providerLabel, outcome, problem } = view;
  if (phase === 'starting') return undefined;
  if (phase === 'done') return outcome && outcomeWords(outcome);
  if (phase === 'failed') return problem && `${providerLabel}: ${problemWords(problem)}`;
  if (phase === 'cancelled') return words.cancelled(providerLabel);
  const current = stepsOf(view).find(({ standing }) => standing === 'current');
  return current && `${providerLabel}: ${current.words}`;
}

/** What came of it. */
export function outcomeWords({ label, updated, otherAccount }: NonNullable<SignInView['outcome']>): string {
  if (otherAccount) return words.outcome.other(label);
  return updated ? words.outcome.updated(label) : words.outcome.added(label);
}

/** The other ways to sign in to the same provider, for when this one does not work out. */
export function otherMethods(view: SignInView, providers: readonly ProviderView[]): SignInView['method'][] {
  const provider = providers.find(({ id }) => id === view.provider);
  return (provider?.methods ?? []).map(({ method }) => method).filter((method) => method !== view.method);
}

/** Where a provider turns a plan away, the provider of the same house that takes it. */
const servedElsewhere: Record<string, string> = { 'gemini-cli': 'antigravity' };

/** Offered when the plan is not served, if it can be signed in to. */
export function otherProvider(view: SignInView, providers: readonly ProviderView[]): ProviderView | undefined {
  if (view.problem?.code !== 'plan_not_served') return undefined;
  return providers.find(({ id, methods }) => id === servedElsewhere[view.provider] && methods.length > 0);
}

/** What happened and what to do, as sentences. */
export function problemWords({ message, fix }: { message: string; fix?: string | undefined }): string {
  return [message.replace(/\.?$/, '.'), fix].filter(Boolean).join(' ');
}
