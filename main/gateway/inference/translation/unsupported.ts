import { FieldError } from '../../../protocols/features.ts';
import type { Fault } from '../../../providers/contract.ts';

/** What it means for an attempt that its upstream cannot be told a field; another one may take it. Undefined for other errors. */
export function refusedField(error: unknown): Fault | undefined {
  if (!(error instanceof FieldError)) return undefined;
  const { message, field } = error;
  return {
    scope: 'request',
    kind: 'unsupported',
    status: 400,
    message: `${message}.`,
    type: 'unsupported_field',
    param: field,
  };
}

/** Shortening a conversation is done by its own provider or nobody. */
export const cannotCompact: Fault = {
  scope: 'request',
  kind: 'unsupported',
  status: 501,
  message: '/responses/compact not supported',
  type: 'unsupported_operation',
};
