import type { Conversation } from '../conversation.ts';
import { type Feature, FieldError } from '../features.ts';

/** Collects what is sent otherwise than asked, by the client's names. */
export interface RenderReport {
  changed(feature: Feature): void;
  dropped(feature: Feature): void;
  /** The refusal of a feature, naming the field that asks for it. */
  refusal(feature: Feature, why: string): FieldError;
  lists(): { changed: readonly string[]; dropped: readonly string[] };
}

export function createRenderReport({ uses }: Pick<Conversation, 'uses'>): RenderReport {
  const changed = new Set<string>();
  const dropped = new Set<string>();
  const fieldsOf = (feature: Feature) => uses.filter((use) => use.feature === feature).map(({ field }) => field);
  return {
    changed: (feature) => {
      for (const field of fieldsOf(feature)) changed.add(field);
    },
    dropped: (feature) => {
      for (const field of fieldsOf(feature)) dropped.add(field);
    },
    refusal(feature, why) {
      const field = fieldsOf(feature)[0] ?? feature;
      return new FieldError(field, `${field}: ${why}`);
    },
    lists: () => ({ changed: [...changed], dropped: [...dropped] }),
  };
}
