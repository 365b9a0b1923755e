import type { SignInView } from '../../../preload/contract.ts';
import { SignInError } from './flow.ts';
import { signInProblems } from './words.ts';

/** A failure in words for people; everything that is no SignInError is our own fault, and its words are not shown. */
export function problemOf(error: unknown): NonNullable<SignInView['problem']> {
  if (!(error instanceof SignInError)) return { code: 'internal_error', ...words('internal_error') };
  const { code, message, link } = error;
  const { message: what, fix } = words(code);
  return { code, message: message === code ? what : `${what}: ${message}`, fix, ...(link ? { link } : {}) };
}

function words(code: keyof typeof signInProblems): { message: string; fix: string } {
  return { message: signInProblems[code].text, fix: signInProblems[code].fix };
}
