import type { Conversation, Media, Part, Turn } from '../../../protocols/conversation.ts';
import type { Dialect, Feature } from '../../../protocols/features.ts';

/** Fetches what a URL in a request names; rejects with FieldError when it must not or cannot be fetched. */
export type FetchMedia = (url: string, field: string) => Promise<{ mediaType: string; data: string }>;

/**
 * Puts the contents of linked pictures and documents into a conversation, where the upstream takes no links. Everything
 * else stays as it is.
 */
export async function inlineMedia(
  conversation: Conversation,
  dialect: Dialect,
  fetchMedia: FetchMedia,
): Promise<Conversation> {
  const inlines = (feature: Feature) =>
    dialect.treatments[feature].kind === 'emulated' && conversation.uses.some((use) => use.feature === feature);
  const kinds = new Set<Part['kind']>();
  if (inlines('image-url')) kinds.add('image');
  if (inlines('document-url')) kinds.add('document');
  if (kinds.size === 0) return conversation;
  const fieldOf = (part: Part) => {
    const feature = part.kind === 'image' ? 'image-url' : 'document-url';
    return conversation.uses.find((use) => use.feature === feature)?.field ?? part.kind;
  };
  const inlined = <T extends Part>(part: T) => inlinePart(part, kinds, fetchMedia, fieldOf(part));
  const turns = await Promise.all(conversation.turns.map((turn) => inlineTurn(turn, inlined)));
  return { ...conversation, turns };
}

async function inlineTurn(turn: Turn, inlined: <T extends Part>(part: T) => Promise<T>): Promise<Turn> {
  const parts = turn.parts.map(async (part) =>
    part.kind === 'tool-result' ? { ...part, parts: await Promise.all(part.parts.map(inlined)) } : inlined(part),
  );
  return { ...turn, parts: await Promise.all(parts) };
}

async function inlinePart<T extends Part>(
  part: T,
  kinds: ReadonlySet<Part['kind']>,
  fetchMedia: FetchMedia,
  field: string,
): Promise<T> {
  if (!kinds.has(part.kind) || !('source' in part) || part.source.kind !== 'url') return part;
  const { mediaType, data } = await fetchMedia(part.source.url, field);
  const source: Media = { kind: 'data', mediaType, data };
  return { ...part, source };
}
