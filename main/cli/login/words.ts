import type { SignInView } from '../../../preload/contract.ts';
import { excludedPortHint, stepWords } from '../../accounts/sign-in/words.ts';

/** What is new in a view since the one before, line by line. */
export function news(view: SignInView, before: SignInView | undefined): string[] {
  return [
    ...(view.browser && !before?.browser ? browserLines(view, view.browser) : []),
    ...(view.device && !before?.device ? deviceLines(view, view.device) : []),
    ...(view.step && view.step !== before?.step ? [`${stepWords[view.step]} …`] : []),
    ...(view.phase === 'question' && before?.phase !== 'question' ? questionLines(view) : []),
    ...(view.outcome ? outcomeLines(view, view.outcome) : []),
    ...(view.phase === 'cancelled' ? ['Cancelled. No account was added.'] : []),
  ];
}

/** A failure and what to do about it. */
export function problemLines({ problem }: SignInView): string[] {
  if (!problem) return [];
  return [`${problem.message}. ${problem.fix}`, ...(problem.link ? [problem.link] : [])];
}

function browserLines({ providerLabel }: SignInView, browser: NonNullable<SignInView['browser']>): string[] {
  const { url, manualUrl, port, busy, redirectUri } = browser;
  const landing = redirectUri.startsWith('http://') ? 'the address you land on' : 'the code that the page shows';
  const paste =
    port === undefined ? `Then paste ${landing} here and press Enter.` : `Waiting for the browser on port ${port} …`;
  const elsewhere = manualUrl
    ? [
        'If the browser is on another machine, open this page instead and paste the code it shows:',
        '',
        `  ${manualUrl}`,
      ]
    : ['If the browser is on another machine, paste the address you land on and press Enter.'];
  return [
    ...busy.map(busyLine),
    `To sign in to ${providerLabel}, open this page:`,
    '',
    `  ${url}`,
    '',
    paste,
    ...(port === undefined ? [] : elsewhere),
  ];
}

function busyLine({ port, reason, holder }: NonNullable<SignInView['browser']>['busy'][number]): string {
  if (reason === 'excluded') return `Port ${port} cannot be used: ${excludedPortHint}`;
  if (reason === 'denied') return `The system does not allow listening on port ${port}.`;
  return `Port ${port} is taken${holder ? ` by ${holder}` : ''}.`;
}

function deviceLines({ providerLabel }: SignInView, { userCode, url }: NonNullable<SignInView['device']>): string[] {
  const spaced = [...userCode].join(' ');
  const line = '─'.repeat(spaced.length + 6);
  return [
    `To sign in to ${providerLabel}, open this page on any machine:`,
    '',
    `  ${url}`,
    '',
    'and type this code:',
    '',
    `  ┌${line}┐`,
    `  │   ${spaced}   │`,
    `  └${line}┘`,
    `  ${userCode}`,
    '',
  ];
}

function questionLines({ question }: SignInView): string[] {
  if (question?.kind !== 'project') return ['Who signed in? Type an e-mail address or any name (Enter: none):'];
  const { projects } = question;
  if (projects.length === 0) return ['Type the id of the project to use:'];
  const choices = projects.map(({ id, name }, index) => `  ${index + 1}. ${name === id ? id : `${name} (${id})`}`);
  return ['Which project should be used? Type its number or an id:', ...choices];
}

function outcomeLines({ providerLabel }: SignInView, outcome: NonNullable<SignInView['outcome']>): string[] {
  const { label, updated } = outcome;
  return [updated ? `Signed in again: ${providerLabel} account ${label}` : `Added ${providerLabel} account ${label}`];
}
