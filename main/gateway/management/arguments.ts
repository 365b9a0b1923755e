import type { z } from 'zod';
import { GatewayError } from '../errors.ts';

/** What a route refuses an argument with; names the field, never its value. */
export class InvalidArgument extends GatewayError {
  constructor(detail: string, param?: string) {
    super('invalid_field', { detail, ...(param === undefined ? {} : { param }) });
  }
}

/** What a route answers for an id that nothing has. */
export class NotKnown extends Error {}

/** Deeper than any argument; what goes down a value by calling itself is safe below that. */
const deepest = 32;

/** Reads an argument by its schema. Throws InvalidArgument. */
export function read<T extends z.ZodType>(schema: T, argument: unknown): z.infer<T> {
  if (isTooDeep(argument)) throw new InvalidArgument('body: nested too deeply');
  const checked = schema.safeParse(argument);
  if (checked.success) return checked.data;
  if (argument === undefined) throw new InvalidArgument('body: is missing; send JSON');
  const [issue] = checked.error.issues;
  const field = issue?.path.map(String).join('.').slice(0, 200) || 'body';
  throw new InvalidArgument(`${field}: ${issue ? complaint(issue) : 'cannot be used'}`, field);
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no ${issue.keys[0]?.slice(0, 100)}`;
  // Issues do not carry their input; only the library's message tells what is not there.
  return issue.message.endsWith('received undefined') ? 'is missing' : issue.message;
}

/** Whether a value is nested deeper than any argument. */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** A query as text values; of a name that comes twice the last one counts. */
export function questionOf(url: string): Record<string, string> {
  const mark = url.indexOf('?');
  return mark < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark)));
}
