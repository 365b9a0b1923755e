import type { CacheMark, DocumentPart, ImagePart, Media, TextPart } from '../conversation.ts';
import { isJsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { type FeatureUses, FieldReader } from '../field-reader.ts';

/** What a tool's result and a document can be made of. */
export type ResultPart = TextPart | ImagePart | DocumentPart;

/** A cache breakpoint, as the member of a part. */
export function cacheMark(block: FieldReader): { cache?: CacheMark } {
  const mark = block.child('cache_control');
  if (!mark) return {};
  const ttl = mark.string('ttl');
  return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} };
}

/** Reads a block of pictures. Throws FieldError. */
export function parseImage(block: FieldReader, uses: FeatureUses): ImagePart {
  const source = parseMedia(block.required('source', block.child('source')), 'image/png');
  uses.add(source.kind === 'data' ? 'image-data' : source.kind === 'url' ? 'image-url' : 'file-id', block.path);
  return { kind: 'image', source, ...cacheMark(block) };
}

/** Reads a document; what is said about it goes ahead of it as text. Throws FieldError. */
export function parseDocument(block: FieldReader, uses: FeatureUses): ResultPart[] {
  const context = block.string('context') ?? '';
  if (block.child('citations')?.boolean('enabled')) uses.add('citations', block.at('citations'));
  const title = block.string('title');
  const named = { ...(title === undefined ? {} : { title }), ...cacheMark(block) };
  const source = block.required('source', block.child('source'));
  const ahead: TextPart[] = context === '' ? [] : [{ kind: 'text', text: context }];
  if (source.string('type') === 'content') return [...ahead, ...parseContents(block, source, named, uses)];
  return [...ahead, { kind: 'document', source: documentSource(block, source, uses), ...named }];
}

function documentSource(block: FieldReader, source: FieldReader, uses: FeatureUses): DocumentPart['source'] {
  if (source.string('type') === 'text') {
    uses.add('document-text', block.path);
    return { kind: 'text', text: source.required('data', source.string('data')) };
  }
  const media = parseMedia(source, 'application/pdf');
  uses.add(media.kind === 'data' ? 'document-data' : media.kind === 'url' ? 'document-url' : 'file-id', block.path);
  return media;
}

/** A document that is written as blocks: its texts are one, its pictures follow. */
function parseContents(
  block: FieldReader,
  source: FieldReader,
  named: Pick<DocumentPart, 'title' | 'cache'>,
  uses: FeatureUses,
): ResultPart[] {
  const parts = parseResultContent(source, uses);
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  uses.add('document-text', block.path);
  return [
    { kind: 'document', source: { kind: 'text', text }, ...named },
    ...parts.filter(({ kind }) => kind !== 'text'),
  ];
}

/** Reads `content` of a tool's result: text, or a list of blocks. Throws FieldError. */
export function parseResultContent(owner: FieldReader, uses: FeatureUses): ResultPart[] {
  const raw = owner.raw('content');
  if (raw === undefined || raw === '') return [];
  if (typeof raw === 'string') return [{ kind: 'text', text: raw }];
  return owner.children('content').flatMap((block) => parseResultBlock(block, uses));
}

function parseResultBlock(block: FieldReader, uses: FeatureUses): ResultPart[] {
  const type = block.required('type', block.string('type'));
  uses.addMembers(block, ['citations']);
  switch (type) {
    case 'text':
      return parseText(block);
    case 'image':
      return [parseImage(block, uses)];
    case 'document':
      return parseDocument(block, uses);
    case 'search_result':
      return [parseSearchResult(block, uses)];
    case 'tool_reference':
      return [{ kind: 'text', text: `[the tool ${block.string('tool_name') ?? ''} can be called now]` }];
    default:
      throw unknownType(block, type);
  }
}

/** Reads a block of text; an empty one is nothing. */
export function parseText(block: FieldReader): TextPart[] {
  const text = block.required('text', block.string('text'));
  return text === '' ? [] : [{ kind: 'text', text, ...cacheMark(block) }];
}

/** Reads a search result that the client found itself. Throws FieldError. */
export function parseSearchResult(block: FieldReader, uses: FeatureUses): DocumentPart {
  uses.add('document-text', block.path);
  const source = block.string('source') ?? '';
  const title = [block.string('title') ?? '', source === '' ? '' : `(${source})`].join(' ').trim();
  const text = block
    .children('content')
    .map((one) => one.string('text') ?? '')
    .join('\n');
  return { kind: 'document', source: { kind: 'text', text }, title, ...cacheMark(block) };
}

function parseMedia(source: FieldReader, usual: string): Media {
  const type = source.required('type', source.string('type'));
  switch (type) {
    case 'base64': {
      const mediaType = source.string('media_type') ?? usual;
      const data = source.required('data', source.string('data')).replaceAll(/\s+/g, '');
      return { kind: 'data', mediaType, data };
    }
    case 'url':
      return { kind: 'url', url: source.required('url', source.string('url')) };
    case 'file':
      return { kind: 'file', id: source.required('file_id', source.string('file_id')) };
    default:
      throw unknownType(source, type);
  }
}

/** Blocks of a message's content; text stands for one block of it. Throws FieldError. */
export function contentBlocks(owner: FieldReader): FieldReader[] {
  const raw = owner.raw('content');
  if (typeof raw === 'string') return [new FieldReader({ type: 'text', text: raw }, `${owner.at('content')}[0]`)];
  if (!Array.isArray(raw)) throw owner.wrong('content', 'a string or a list of blocks');
  return raw.map((block, index) => {
    const path = `${owner.at('content')}[${index}]`;
    if (isJsonObject(block)) return new FieldReader(block, path);
    if (typeof block === 'string') return new FieldReader({ type: 'text', text: block }, path);
    throw new FieldError(path, `${path} must be an object`);
  });
}

/** The refusal of a kind that nobody knows. */
export function unknownType(block: FieldReader, type: string): FieldError {
  return new FieldError(block.at('type'), `${block.at('type')} ${JSON.stringify(type.slice(0, 40))} is not known`);
}
