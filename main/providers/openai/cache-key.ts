import { createHash } from 'node:crypto';
import type { BodyDraft } from '../../protocols/body-draft.ts';
import type { ProviderRequest } from '../contract.ts';

/**
 * The key of the prompt cache: the client's own, else one of the conversation, which is put into the body, so that turns of
 * one conversation hit the same cache.
 */
export function ensureCacheKey(draft: BodyDraft, request: ProviderRequest): string | undefined {
  const own = draft.text('prompt_cache_key');
  const sessionId = own ? undefined : request.sessionId?.();
  if (sessionId === undefined) return own;
  const key = createHash('sha256').update(sessionId).digest('hex').slice(0, 32);
  draft.set('prompt_cache_key', JSON.stringify(key));
  return key;
}
