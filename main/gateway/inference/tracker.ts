import { createUsageReader } from '../../protocols/anthropic/usage.ts';
import type { Usage, WireFormatId } from '../../protocols/wire-format.ts';
import type { AnswerTracker } from './attempt.ts';

interface Reports {
  usage(): Usage | undefined;
  /** Data of the error event that ended a stream. */
  error(): string | undefined;
}

/** Reads what an answer says of its tokens and its end, in the wire format it comes in. */
export function createAnswerTracker(format: WireFormatId, stream: boolean): AnswerTracker & Reports {
  if (format === 'anthropic') return createUsageReader(stream);
  // No upstream of another format is served yet; an answer of unknown shape counts as whole when its bytes end.
  return { push: () => {}, usage: () => undefined, error: () => undefined, ended: () => true };
}
