import type { SignInView } from '../../preload/contract.ts';
import { text } from '../text/en.ts';
import { problemWords } from './sign-in-reading.ts';

type Field = NonNullable<SignInView['fields']>[number];
type Problem = { message: string; fix?: string | undefined };

const known: Record<string, { label: string; hint?: string }> = text.signIn.fields;

/** A field's name and hint for people; fields that have no words here read as they are called. */
export function fieldWords({ name, required }: Field): { label: string; hint?: string | undefined } {
  const label = knownLabel(name);
  return { label: required ? label : text.signIn.optional(label), hint: known[name]?.hint };
}

function knownLabel(name: string): string {
  return known[name]?.label ?? readable(name);
}

/** Which field a refusal is about, and what it says of it. */
export function fieldProblem(
  fields: readonly Field[],
  problem: Problem | undefined,
): { field: string | undefined; words: string | undefined } {
  if (!problem) return { field: undefined, words: undefined };
  // The longest name first: `api-key` is also part of `api-key-id`.
  const field = [...fields]
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => problem.message.includes(name));
  return { field: field?.name, words: problemWords(field ? aboutField(field, problem) : problem) };
}

/** From the field's name on, and that as people know it: the field itself shows where it is. */
function aboutField({ name }: Field, { message, fix }: Problem): Problem {
  const rest = message.slice(message.indexOf(name) + name.length);
  return { message: `${knownLabel(name)}${rest}`, fix };
}

/** `service-account` or `serviceAccount` → `Service account`. */
function readable(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
