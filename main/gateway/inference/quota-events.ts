import { createStreamEvents } from '../../protocols/translation/stream-events.ts';
import type { ProviderUpstream, QuotaWindow } from '../../providers/contract.ts';
import type { AnswerTracker } from './attempt.ts';

/** In every event that tells of limits; looked for in the bytes, so that other events cost next to nothing. */
const mark = 'rate_limits';

/** What else follows an answer, with an eye on events that tell of limits. */
export function watchingQuota(
  tracker: AnswerTracker,
  read: ProviderUpstream['quotaOfEvent'],
  onWindows: (windows: QuotaWindow[]) => void,
): AnswerTracker {
  if (!read) return tracker;
  return {
    ended: () => tracker.ended(),
    error: () => tracker.error(),
    push(chunk) {
      tracker.push(chunk);
      if (!chunk.includes(mark)) return;
      // Pieces of a stream are whole events by the time that they come here.
      const events = createStreamEvents().push(chunk);
      const windows = events.flatMap((event) => read(event));
      if (windows.length > 0) onWindows(windows);
    },
  };
}
