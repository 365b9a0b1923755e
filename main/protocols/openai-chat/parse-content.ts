import type { CacheMark, Citation, DocumentPart, ImagePart, Media, Part, TextPart } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { type FeatureUses, FieldReader } from '../field-reader.ts';
import { mediaOfUrl } from '../media.ts';

type AvPart = Extract<Part, { kind: 'audio' | 'video' }>;
export type ContentPart = TextPart | ImagePart | DocumentPart | AvPart;

/** Reads `content`: text or a list of parts; empty texts are left out. Throws FieldError. */
export function parseContent(message: FieldReader, uses: FeatureUses): ContentPart[] {
  const raw = message.raw('content');
  if (raw === undefined || raw === '') return [];
  if (typeof raw === 'string') return [{ kind: 'text', text: raw }];
  if (!Array.isArray(raw)) throw message.wrong('content', 'a string or a list of parts');
  return raw.flatMap((part, index) => {
    const path = `${message.at('content')}[${index}]`;
    if (typeof part === 'string') return part === '' ? [] : [{ kind: 'text' as const, text: part }];
    if (!isJsonObject(part)) throw new FieldError(path, `${path} must be an object`);
    return parsePart(new FieldReader(part, path), uses);
  });
}

function parsePart(part: FieldReader, uses: FeatureUses): ContentPart[] {
  const type = part.required('type', part.string('type'));
  uses.addMembers(part, ['image_url', 'file', 'detail']);
  switch (type) {
    case 'text':
      return textPart(part.required('text', part.string('text')), cacheMark(part));
    case 'refusal':
      return textPart(part.required('refusal', part.string('refusal')));
    case 'image_url':
      return [{ ...parseImage(part, uses), ...cacheMark(part) }];
    case 'file':
      return [parseFile(part, uses)];
    case 'input_audio':
      return [parseAudio(part, uses)];
    case 'video_url':
      return [parseVideo(part, uses)];
    default:
      throw new FieldError(part.at('type'), `${part.at('type')} ${JSON.stringify(type.slice(0, 40))} is not known`);
  }
}

function textPart(text: string, more: { cache?: CacheMark } = {}): TextPart[] {
  return text === '' ? [] : [{ kind: 'text', text, ...more }];
}

/** Anthropic's mark, which gateways of this format take for Claude's sake. */
function cacheMark(part: FieldReader): { cache?: CacheMark } {
  const mark = part.child('cache_control');
  if (!mark) return {};
  const ttl = mark.string('ttl');
  return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} };
}

/** The URL is within an object; some clients send it as it is. */
function parseImage(part: FieldReader, uses: FeatureUses): ImagePart {
  const source = linkedMedia(part, 'image_url');
  uses.add(source.kind === 'data' ? 'image-data' : 'image-url', part.path);
  const nested = typeof part.raw('image_url') === 'object' ? part.child('image_url') : undefined;
  if (nested) uses.addMembers(nested, ['detail']);
  const owner = nested?.has('detail') ? nested : part;
  const detail = detailOf(owner);
  if (detail && detail !== 'auto') uses.add('image-detail', owner.at('detail'));
  return { kind: 'image', source, ...(detail ? { detail } : {}) };
}

function detailOf(owner: FieldReader): ImagePart['detail'] {
  const detail = owner.string('detail');
  if (detail === 'original') return 'high';
  if (detail === undefined || detail === 'auto' || detail === 'low' || detail === 'high') return detail;
  throw owner.wrong('detail', 'auto, low or high');
}

function parseVideo(part: FieldReader, uses: FeatureUses): AvPart {
  uses.add('video', part.path);
  return { kind: 'video', source: linkedMedia(part, 'video_url') };
}

function linkedMedia(part: FieldReader, name: string): Media {
  const raw = part.raw(name);
  const nested = typeof raw === 'string' ? undefined : part.required(name, part.child(name));
  const url = nested ? nested.required('url', nested.string('url')) : part.required(name, part.string(name));
  const media = mediaOfUrl(url.trim());
  if (media) return media;
  const field = nested ? nested.at('url') : part.at(name);
  throw new FieldError(field, `${field} must be an http, https or data URL`);
}

/** What servers of this format call the kinds of sound that have another media type. */
const soundTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({ mp3: 'audio/mpeg', m4a: 'audio/mp4', pcm16: 'audio/pcm' }),
);

function parseAudio(part: FieldReader, uses: FeatureUses): AvPart {
  uses.add('audio', part.path);
  const audio = part.required('input_audio', part.child('input_audio'));
  const data = audio.required('data', audio.string('data'));
  const format = audio.string('format') ?? 'wav';
  const linked = mediaOfUrl(data);
  if (linked) return { kind: 'audio', source: linked };
  return { kind: 'audio', source: { kind: 'data', mediaType: soundTypes.get(format) ?? `audio/${format}`, data } };
}

/** A file is what its media type says: pictures, sound and films may come this way too. */
function parseFile(part: FieldReader, uses: FeatureUses): ContentPart {
  const file = part.required('file', part.child('file'));
  uses.addMembers(file, ['file_id', 'file_data']);
  const id = file.string('file_id');
  const title = file.string('filename');
  const named = title === undefined ? {} : { title };
  if (id !== undefined) {
    uses.add('file-id', file.at('file_id'));
    return { kind: 'document', source: { kind: 'file', id }, ...named };
  }
  const source = fileSource(file, title);
  const kind = source.kind === 'data' ? kindOf(source.mediaType) : 'document';
  if (kind === 'image') uses.add('image-data', part.path);
  else if (kind !== 'document') uses.add(kind, part.path);
  else uses.add(source.kind === 'data' ? 'document-data' : 'document-url', part.path);
  return kind === 'document' ? { kind, source, ...named } : { kind, source };
}

function kindOf(mediaType: string): 'image' | 'audio' | 'video' | 'document' {
  const [type] = mediaType.split('/');
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'document';
}

/** A data URL, or nothing but its base64, which is then a PDF: the only kind of file that the API has always taken. */
function fileSource(file: FieldReader, title: string | undefined): Media {
  const text = file.required('file_data', file.string('file_data'));
  const linked = mediaOfUrl(text);
  if (linked) return linked;
  if (!/^[\w+/=\s-]+$/.test(text)) throw file.wrong('file_data', 'a data URL');
  const mediaType = title?.toLowerCase().endsWith('.txt') ? 'text/plain' : 'application/pdf';
  return { kind: 'data', mediaType, data: text.replaceAll(/\s+/g, '') };
}

/** The pages that a message of the assistant cites. */
export function parseAnnotations(message: FieldReader, uses: FeatureUses): Citation[] {
  const citations = message.children('annotations').flatMap((annotation) => {
    const cited = annotation.child('url_citation');
    return cited ? [citationOf(cited)] : [];
  });
  if (citations.length > 0) uses.add('citations', message.at('annotations'));
  return citations;
}

function citationOf(cited: FieldReader): Citation {
  return defined({
    title: cited.string('title'),
    url: cited.string('url'),
    start: cited.number('start_index'),
    end: cited.number('end_index'),
  });
}
