import type { Citation, DocumentPart, ImagePart, Media, TextPart } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { type FeatureUses, FieldReader } from '../field-reader.ts';
import { mediaOfUrl } from '../media.ts';
import { featureOfType } from './fields.ts';

export type ContentPart = TextPart | ImagePart | DocumentPart | { kind: 'audio'; source: Media };

/** Reads a member that is text or a list of content parts. Parts of unknown kinds are reported and left out. */
export function parseContent(owner: FieldReader, name: string, uses: FeatureUses): ContentPart[] {
  const raw = owner.raw(name);
  if (raw === undefined) return [];
  if (typeof raw === 'string') return [{ kind: 'text', text: raw }];
  if (!Array.isArray(raw)) throw owner.wrong(name, 'a string or a list of parts');
  return raw.flatMap((part, index) => {
    if (typeof part === 'string') return [{ kind: 'text' as const, text: part }];
    if (!isJsonObject(part)) throw owner.wrong(`${name}[${index}]`, 'an object');
    return parsePart(new FieldReader(part, `${owner.at(name)}[${index}]`), uses);
  });
}

function parsePart(part: FieldReader, uses: FeatureUses): ContentPart[] {
  const type = part.required('type', part.string('type'));
  uses.addMembers(part, ['annotations', 'detail', 'file_url', 'file_id']);
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return [textPart(part, uses)];
    case 'refusal':
      return [{ kind: 'text', text: part.string('refusal') ?? '' }];
    case 'input_image':
    case 'image_url':
    case 'computer_screenshot':
      return [parseImage(part, uses)];
    case 'input_file':
      return [parseFile(part, uses)];
    case 'input_audio':
      return [parseAudio(part, uses)];
    default:
      useType(part, type, uses);
      return [];
  }
}

/** Notes what a kind of item or part asks for, by the path of the whole. */
export function useType(reader: FieldReader, type: string, uses: FeatureUses): void {
  const feature = featureOfType(reader.path, type);
  if (feature !== 'structure') uses.add(feature, reader.path);
}

function textPart(part: FieldReader, uses: FeatureUses): TextPart {
  const text = part.required('text', part.string('text'));
  const citations = part.children('annotations').flatMap(parseCitation);
  if (citations.length > 0) uses.add('citations', part.at('annotations'));
  return { kind: 'text', text, ...(citations.length > 0 ? { citations } : {}) };
}

/** Only citations of pages can be told in other formats. */
export function parseCitation(annotation: FieldReader): Citation[] {
  if (annotation.string('type') !== 'url_citation') return [];
  return [
    defined({
      title: annotation.string('title'),
      url: annotation.string('url'),
      start: annotation.number('start_index'),
      end: annotation.number('end_index'),
    }),
  ];
}

/** The URL is a string here, an object in the Chat format that some clients mix in. */
function parseImage(part: FieldReader, uses: FeatureUses): ImagePart {
  const nested = typeof part.raw('image_url') === 'object' ? part.child('image_url') : undefined;
  const url = nested ? nested.required('url', nested.string('url')) : part.string('image_url');
  const source = url === undefined ? fileIn(part, 'image_url') : mediaAt(part.at('image_url'), url);
  uses.add(source.kind === 'data' ? 'image-data' : source.kind === 'url' ? 'image-url' : 'file-id', part.path);
  const detail = detailOf(part.string('detail') ?? nested?.string('detail'));
  if (detail && detail !== 'auto') uses.add('image-detail', part.at('detail'));
  return { kind: 'image', source, ...(detail ? { detail } : {}) };
}

function detailOf(detail: string | undefined): ImagePart['detail'] {
  if (detail === 'original') return 'high';
  return detail === 'auto' || detail === 'low' || detail === 'high' ? detail : undefined;
}

function parseFile(part: FieldReader, uses: FeatureUses): DocumentPart {
  const title = part.string('filename');
  const source = fileSource(part, title);
  uses.add(documentFeature(source), part.path);
  return { kind: 'document', source, ...(title === undefined ? {} : { title }) };
}

function documentFeature(source: DocumentPart['source']) {
  if (source.kind === 'file') return 'file-id';
  if (source.kind === 'url') return 'document-url';
  return source.kind === 'text' ? 'document-text' : 'document-data';
}

function fileSource(part: FieldReader, title: string | undefined): DocumentPart['source'] {
  const url = part.string('file_url');
  if (url !== undefined) return mediaAt(part.at('file_url'), url);
  const data = part.string('file_data');
  if (data === undefined) return fileIn(part, 'file_data');
  const media: Media = data.startsWith('data:')
    ? mediaAt(part.at('file_data'), data)
    : { kind: 'data', mediaType: typeOfName(title), data };
  if (media.kind !== 'data' || !media.mediaType.startsWith('text/')) return media;
  return { kind: 'text', text: Buffer.from(media.data, 'base64').toString('utf8') };
}

function typeOfName(name: string | undefined): string {
  return /\.(txt|md|csv|log)$/i.test(name ?? '') ? 'text/plain' : 'application/pdf';
}

function parseAudio(part: FieldReader, uses: FeatureUses): ContentPart {
  const audio = part.child('input_audio') ?? part;
  const data = audio.required('data', audio.string('data'));
  uses.add('audio', part.path);
  return { kind: 'audio', source: { kind: 'data', mediaType: `audio/${audio.string('format') ?? 'wav'}`, data } };
}

function fileIn(part: FieldReader, instead: string): Media {
  return { kind: 'file', id: part.required(instead, part.string('file_id')) };
}

function mediaAt(field: string, url: string): Media {
  const media = mediaOfUrl(url);
  if (!media) throw new FieldError(field, `${field} must be an http(s) or data: URL`);
  return media;
}
