import type { Conversation } from '../conversation.ts';
import type { FeatureUse } from '../features.ts';
import type { RenderedRequest, RenderTarget, Translator } from '../translator.ts';
import { applyTreatments } from './treatments.ts';

export interface TranslatedRequest extends RenderedRequest {
  /** Fields of the client that are emulated by other means, for the trail. */
  emulated: readonly string[];
}

/** Writes a conversation in an upstream's words. Throws FieldError, naming the client's field, for what cannot be said there. */
export function translateRequest(
  conversation: Conversation,
  upstream: Translator,
  target: RenderTarget,
): TranslatedRequest {
  const { dialect } = target;
  const left = applyTreatments(conversation.uses, dialect);
  const rendered = upstream.render(conversation, target);
  const emulated = fieldsOf(conversation.uses, (use) => dialect.treatments[use.feature].kind === 'emulated');
  return { ...rendered, dropped: unique([...left, ...rendered.dropped]), changed: unique(rendered.changed), emulated };
}

function fieldsOf(uses: readonly FeatureUse[], holds: (use: FeatureUse) => boolean): string[] {
  return uses.filter(holds).map(({ field }) => field);
}

function unique(fields: readonly string[]): string[] {
  return [...new Set(fields)];
}
