import type { HeardError } from '../scenario.ts';

/** Errors of all three SDK families carry their class name, the HTTP status and the server's words. */
export function heardError(error: unknown): HeardError {
  if (!(error instanceof Error)) throw new TypeError('An SDK threw something that is no error');
  const status = (error as { status?: unknown }).status;
  return {
    name: error.constructor.name,
    status: typeof status === 'number' ? status : undefined,
    message: error.message,
  };
}
