import type { DocumentPart, ImagePart, Media, Part } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { dataUrl } from '../media.ts';

/** What a message can hold besides calls and results. */
export type MessagePart = Exclude<Part, { kind: 'tool-call' | 'tool-result' | 'thinking' | 'redacted-thinking' }>;

/** Writes a part of a user's message. */
export function renderPart(part: MessagePart): JsonObject {
  switch (part.kind) {
    case 'image':
      return { type: 'image_url', image_url: defined({ url: mediaUrl(part.source), detail: part.detail }) };
    case 'document':
      return renderDocument(part);
    case 'audio':
      return { type: 'input_audio', input_audio: sound(part.source) };
    case 'video':
      return { type: 'video_url', video_url: { url: mediaUrl(part.source) } };
    default:
      return { type: 'text', text: textOf(part) };
  }
}

/** A part that is text in this format; undefined for pictures, files, sound and film. */
export function asText(part: MessagePart): string | undefined {
  switch (part.kind) {
    case 'image':
    case 'audio':
    case 'video':
      return undefined;
    case 'document':
      return documentText(part);
    default:
      return textOf(part);
  }
}

function textOf(part: Exclude<MessagePart, ImagePart | DocumentPart | { kind: 'audio' | 'video' }>): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
    case 'code-output':
      return `\`\`\`${part.failed ? 'error' : 'output'}\n${part.output}\n\`\`\``;
    case 'search-call':
      return `[searched for: ${part.query}]`;
    case 'search-result':
      return part.results
        .map(({ title, url, text }) => [`${title} (${url})`, text ?? ''].join('\n').trim())
        .join('\n\n');
  }
}

/** A document in plain text; undefined where it is a file of another kind. */
function documentText({ source, title }: DocumentPart): string | undefined {
  const text = source.kind === 'text' ? source.text : decodedText(source);
  if (text === undefined) return undefined;
  return title === undefined ? text : `${title}\n\n${text}`;
}

/** Types of text that the API takes as text only. */
const textTypes = /^(text\/|application\/(json|xml|x-yaml|yaml|javascript|typescript|toml)\b)/;

function decodedText(source: Media): string | undefined {
  if (source.kind !== 'data' || !textTypes.test(source.mediaType)) return undefined;
  return Buffer.from(source.data, 'base64').toString('utf8');
}

function renderDocument(part: DocumentPart): JsonObject {
  const text = documentText(part);
  if (text !== undefined) return { type: 'text', text };
  const { source, title } = part;
  if (source.kind !== 'data') throw new FieldError('messages', 'a document must be part of the request here');
  // The API wants a name for every file.
  return { type: 'file', file: { filename: title ?? 'document.pdf', file_data: dataUrl(source) } };
}

function mediaUrl(source: Media): string {
  if (source.kind === 'data') return dataUrl(source);
  if (source.kind === 'url') return source.url;
  throw new FieldError('messages', 'files that were uploaded to another provider cannot be read here');
}

/** Formats by media type, where they are not the type's second half. */
const soundFormats: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'audio/mpeg': 'mp3',
    'audio/x-wav': 'wav',
    'audio/wave': 'wav',
    'audio/vnd.wave': 'wav',
    'audio/mp4': 'm4a',
    'audio/pcm': 'pcm16',
  }),
);

function sound(source: Media): JsonObject {
  if (source.kind !== 'data') throw new FieldError('messages', 'sound must be part of the request here');
  const { mediaType, data } = source;
  const plain = mediaType.split(';')[0]?.trim() ?? mediaType;
  return { data, format: soundFormats.get(plain) ?? plain.slice(plain.indexOf('/') + 1) };
}

/** Texts of one message; a blank line keeps them apart. */
export function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}
