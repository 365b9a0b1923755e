import type { DocumentPart, ImagePart, Media, Part, ToolResultPart } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { dataUrl } from '../media.ts';

type ContentPart = Extract<Part, { kind: 'text' | 'image' | 'document' | 'audio' }>;

/** Content of a message that is not the model's. Throws FieldError for media that only another provider holds. */
export function renderInput(part: ContentPart): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return renderImage(part);
    case 'document':
      return renderDocument(part);
    case 'audio':
      return renderAudio(part.source);
  }
}

export function renderOutputText(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [] };
}

function renderImage({ source, detail }: ImagePart): JsonObject {
  const { url } = urlOf(source, 'image');
  return { type: 'input_image', image_url: url, ...(detail ? { detail } : {}) };
}

function renderDocument({ source, title }: DocumentPart): JsonObject {
  if (source.kind === 'text') return { type: 'input_text', text: title ? `${title}\n\n${source.text}` : source.text };
  const { url, isLink } = urlOf(source, 'document');
  if (isLink) return { type: 'input_file', file_url: url };
  return { type: 'input_file', filename: title ?? 'document.pdf', file_data: url };
}

function renderAudio(source: Media): JsonObject {
  if (source.kind !== 'data') throw new FieldError('input', 'Audio must be sent with the request');
  const format = source.mediaType.replace(/^audio\/(x-)?/, '');
  return { type: 'input_audio', input_audio: { data: source.data, format: format === 'mpeg' ? 'mp3' : format } };
}

function urlOf(source: Media, what: string): { url: string; isLink: boolean } {
  if (source.kind === 'data') return { url: dataUrl(source), isLink: false };
  if (source.kind === 'url') return { url: source.url, isLink: true };
  throw new FieldError('input', `The ${what} ${source.id} is stored at another provider; send it with the request`);
}

/** Text where it is nothing else, so that the model reads it as it reads its own tools' output. */
export function renderToolOutput({ parts, isError }: ToolResultPart): string | JsonObject[] {
  const mark = isError ? '[tool error] ' : '';
  if (parts.every((part) => part.kind === 'text')) return mark + parts.map(({ text }) => text).join('\n');
  const rendered = parts.map(renderInput);
  return mark === '' ? rendered : [{ type: 'input_text', text: mark.trimEnd() }, ...rendered];
}
