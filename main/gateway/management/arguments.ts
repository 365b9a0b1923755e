import type { Request } from 'express';
import type { z } from 'zod';

/** What a route refuses an argument with; names the field, never its value. */
export class InvalidArgument extends Error {}

/** What a route answers for an id that nothing has. */
export class NotKnown extends Error {}

/** Reads an argument by its schema. Throws InvalidArgument. */
export function read<T extends z.ZodType>(schema: T, argument: unknown): z.infer<T> {
  const checked = schema.safeParse(argument);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') || 'body';
  throw new InvalidArgument(`${field}: ${issue?.message ?? 'cannot be used'}`);
}

/** The body's fields and the id of the path. */
export function withId(req: Request): object {
  const body: unknown = req.body;
  return { ...(typeof body === 'object' && body !== null ? body : {}), id: req.params.id };
}
