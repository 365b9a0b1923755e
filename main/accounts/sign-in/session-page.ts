import type { SignInView } from '../../../preload/contract.ts';
import type { Page } from './callback-page.ts';
import { stepWords } from './words.ts';

/** How a sign-in stands, for the browser that came back: success is told only when the account can be used. */
export function pageOf({ phase, providerLabel, step, outcome, problem }: SignInView): Page {
  switch (phase) {
    case 'done':
      return outcome ? donePage(providerLabel, outcome) : working('Almost done');
    case 'failed':
      return {
        status: 200,
        title: 'The sign-in failed',
        text: problem ? `${problem.message}. ${problem.fix}` : 'Go back to Fusebox.',
        ...(problem?.link ? { link: problem.link } : {}),
      };
    case 'cancelled':
      return {
        status: 200,
        title: 'The sign-in was cancelled',
        text: 'No account was added. You can close this page.',
      };
    case 'question':
      return working('Fusebox has a question. Go back to it to answer');
    default:
      return working(step ? stepWords[step] : 'One moment');
  }
}

function donePage(providerLabel: string, { label, updated, otherAccount }: NonNullable<SignInView['outcome']>): Page {
  const added = `${label} is ${updated ? 'signed in again' : 'added'}. You can close this page.`;
  const other = 'This is another account than the one you wanted to sign in again. ';
  return { status: 200, title: `Signed in to ${providerLabel}`, text: (otherAccount ? other : '') + added };
}

function working(text: string): Page {
  return { status: 200, title: 'Finishing the sign-in', text: `${text} …`, unfinished: true };
}
