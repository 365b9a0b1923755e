import type {
  CacheMark,
  DocumentPart,
  ImagePart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type JsonObject } from '../exact-json.ts';
import { type Dialect, FieldError } from '../features.ts';
import { exactJsonIn } from '../json-text.ts';
import { fitToolId, type ToolNaming } from '../tool-names.ts';

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Writes a cache breakpoint, as the member of a block. */
export function cacheControl(cache: CacheMark | undefined): JsonObject {
  return cache ? { cache_control: { type: 'ephemeral', ...(cache.ttl ? { ttl: cache.ttl } : {}) } } : {};
}

/** Writes one part. Empty for what says nothing here. Throws FieldError. */
export function renderPart(part: Part, dialect: Dialect, naming: ToolNaming): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return textBlock(part.text, part.cache);
    case 'image':
      return [renderImage(part)];
    case 'document':
      return [renderDocument(part)];
    case 'thinking':
      return [{ type: 'thinking', thinking: part.text, signature: withoutPrefix(part.signature ?? '') }];
    case 'redacted-thinking':
      return [{ type: 'redacted_thinking', data: part.data }];
    case 'tool-call':
      return [renderCall(part, dialect, naming)];
    case 'tool-result':
      return [renderResult(part, dialect)];
    case 'search-call':
      return textBlock(`[searched for: ${part.query}]`);
    case 'search-result':
      return textBlock(
        part.results.map(({ title, url, text = '' }) => `${title} (${url})\n${text}`.trim()).join('\n\n'),
      );
    case 'code':
      return textBlock(`\`\`\`${part.language}\n${part.code}\n\`\`\``);
    case 'code-output':
      return textBlock(`\`\`\`${part.failed ? 'error' : 'output'}\n${part.output}\n\`\`\``);
    default:
      throw new FieldError('messages', `${part.kind} is not supported by Claude`);
  }
}

/** The API refuses texts of nothing but white space. */
function textBlock(text: string, cache?: CacheMark): JsonObject[] {
  return text.trim() === '' ? [] : [{ type: 'text', text, ...cacheControl(cache) }];
}

/** Other gateways mark whose signature it is. */
function withoutPrefix(signature: string): string {
  return signature.replace(/^(claude|anthropic)#/i, '');
}

function renderImage({ source, cache }: ImagePart): JsonObject {
  if (source.kind === 'url') return { type: 'image', source: { type: 'url', url: source.url }, ...cacheControl(cache) };
  if (source.kind === 'file') throw foreignFile();
  const { data } = source;
  const mediaType = source.mediaType === 'image/jpg' ? 'image/jpeg' : source.mediaType;
  if (!imageTypes.includes(mediaType))
    throw new FieldError('messages', `pictures of type ${mediaType} are not supported by Claude`);
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data }, ...cacheControl(cache) };
}

function renderDocument({ source, title, cache }: DocumentPart): JsonObject {
  const more = { ...defined({ title: title || undefined }), ...cacheControl(cache) };
  return { type: 'document', source: documentSource(source), ...more };
}

/** Types of text that are sent as such: the API takes PDF and plain text. */
const textTypes = /^(text\/|application\/(json|xml|x-yaml|yaml|javascript|typescript|toml)\b)/;

function documentSource(source: DocumentPart['source']): JsonObject {
  switch (source.kind) {
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      throw foreignFile();
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text };
    case 'data':
      return dataSource(source.mediaType, source.data);
  }
}

function dataSource(mediaType: string, data: string): JsonObject {
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data };
  if (!textTypes.test(mediaType))
    throw new FieldError('messages', `documents of type ${mediaType} are not supported by Claude`);
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString('utf8') };
}

function foreignFile(): FieldError {
  return new FieldError('messages', 'files that were uploaded to another provider cannot be read by Claude');
}

function renderCall(call: ToolCallPart, dialect: Dialect, naming: ToolNaming): JsonObject {
  return {
    type: 'tool_use',
    id: fitToolId(call.id, dialect.maxToolIdLength),
    name: naming.toUpstream(call.name),
    input: call.custom ? { input: call.input } : inputOf(call),
    ...cacheControl(call.cache),
  };
}

function inputOf({ id, input }: ToolCallPart): JsonObject {
  if (input.trim() === '') return {};
  const value = exactJsonIn(input);
  if (value === null) return {};
  if (isJsonObject(value)) return value;
  throw new FieldError('messages', `the arguments of tool call ${id.slice(0, 64)} are not a JSON object`);
}

function renderResult({ callId, parts, isError, cache }: ToolResultPart, dialect: Dialect): JsonObject {
  const content = parts.flatMap(renderResultPart);
  return {
    type: 'tool_result',
    tool_use_id: fitToolId(callId, dialect.maxToolIdLength),
    ...(content.length > 0 ? { content } : {}),
    ...(isError ? { is_error: true } : {}),
    ...cacheControl(cache),
  };
}

function renderResultPart(part: TextPart | ImagePart | DocumentPart): JsonObject[] {
  if (part.kind === 'image') return [renderImage(part)];
  return part.kind === 'document' ? [renderDocument(part)] : textBlock(part.text, part.cache);
}
