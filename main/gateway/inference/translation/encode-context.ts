import { randomUUID } from 'node:crypto';
import type { Conversation } from '../../../protocols/conversation.ts';
import type { EncodeContext } from '../../../protocols/translator.ts';
import type { InferenceDeps } from '../handler.ts';
import type { InferenceJob } from '../job.ts';
import { readsArray } from '../surface.ts';

/** What the client's format needs to know to write an answer. */
export function encodeContext(
  job: InferenceJob,
  conversation: Conversation,
  deps: InferenceDeps,
  unapplied: readonly string[],
): EncodeContext {
  return {
    model: job.askedModel,
    conversation,
    createdAt: Math.floor(deps.clock.now() / 1000),
    newId: (prefix) => prefix + randomUUID().replaceAll('-', ''),
    path: job.ctx.path,
    unapplied,
    ...(readsArray(job.route, job.stream, job.ctx.query) ? { asArray: true } : {}),
  };
}
