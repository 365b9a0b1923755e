import type { ServingProvider } from '../../../providers/contract.ts';
import type { InferenceDeps } from '../handler.ts';
import type { InferenceJob } from '../job.ts';
import type { LocalAttempt } from '../serve-locally.ts';
import type { AnswerRewriter } from '../surface.ts';
import { isKept, itemsOf, requestIn, withHistory } from './previous-response.ts';
import { createResponseTap, type SeenResponse } from './response-tap.ts';

/** Watches an answer that the client may name in its next request; undefined where nobody needs to. */
export function answerTap(
  job: InferenceJob,
  { account }: LocalAttempt,
  { upstream }: ServingProvider,
  { transcripts }: InferenceDeps,
): AnswerRewriter | undefined {
  const { wireFormat, operation } = job.route;
  if (wireFormat !== 'openai-responses' || operation !== 'generate') return undefined;
  const { body } = job.local();
  if (upstream.storesResponses?.(account) || !isKept(body)) return undefined;
  // Read now: the body's memory is somebody else's when the answer has ended.
  const request = requestIn(body);
  if (!request) return undefined;
  const input = itemsOf(withHistory(request, transcripts).input);
  const remember = ({ id, output, bytes }: SeenResponse) =>
    transcripts.remember(id, [...input, ...output], body.length + bytes);
  return createResponseTap(job.stream, remember);
}

/** One after the other; either may be absent. */
export function chained(first: AnswerRewriter | undefined, second: AnswerRewriter | undefined) {
  if (!first || !second) return first ?? second;
  return {
    push: (chunk: Buffer) => first.push(chunk).flatMap((piece) => second.push(piece)),
    end: () => [...first.end().flatMap((piece) => second.push(piece)), ...second.end()],
  };
}
