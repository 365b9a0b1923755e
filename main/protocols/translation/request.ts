import type { Conversation } from '../conversation.ts';
import type { RenderedRequest, RenderTarget, Translator } from '../translator.ts';
import { applyTreatments } from './treatments.ts';

/** Writes a conversation in an upstream's words. Throws FieldError, naming the client's field, for what cannot be said there. */
export function translateRequest(
  conversation: Conversation,
  upstream: Translator,
  target: RenderTarget,
): RenderedRequest {
  const left = applyTreatments(conversation.uses, target.dialect);
  const rendered = upstream.render(conversation, target);
  return { ...rendered, dropped: unique([...left, ...rendered.dropped]), changed: unique(rendered.changed) };
}

function unique(fields: readonly string[]): string[] {
  return [...new Set(fields)];
}
