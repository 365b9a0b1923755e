import type { DocumentPart, ImagePart, Media, Part, TextPart, ToolResultPart } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses } from '../field-reader.ts';
import type { CallLog } from './call-log.ts';
import type { GeminiReader } from './reader.ts';

/** What the parts of a conversation are read with. */
export interface PartContext {
  uses: FeatureUses;
  calls: CallLog;
}

/** Members that hold what a part is; a part has one of them. */
const kinds = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
] as const;

/** Reads one part; empty where it says nothing. Throws FieldError. */
export function parsePart(part: GeminiReader, context: PartContext): Part[] {
  part.note(context.uses, [...kinds, 'thought']);
  const kind = kinds.find((name) => part.has(name));
  switch (kind) {
    case 'inlineData':
      return [mediaPart(inlineMedia(part.required(kind, part.child(kind))), part, kind, context)];
    case 'fileData':
      return [mediaPart(linkedMedia(part.required(kind, part.child(kind))), part, kind, context)];
    case 'functionCall':
      return [parseCall(part, context)];
    case 'functionResponse':
      return [parseResponse(part.required(kind, part.child(kind)), context)];
    case 'executableCode':
      return [parseCode(part.required(kind, part.child(kind)), context)];
    case 'codeExecutionResult':
      return [parseOutcome(part.required(kind, part.child(kind)), context)];
    default:
      return parseText(part, context);
  }
}

/** Signed words are followed by their signature as thinking without words: that is where other formats can keep it. */
function parseText(part: GeminiReader, { uses }: PartContext): Part[] {
  const text = part.string('text') ?? '';
  const signature = part.string('thoughtSignature');
  if (part.boolean('thought')) {
    uses.add('thinking-history', part.at('thought'));
    return [{ kind: 'thinking', text, ...defined({ signature }) }];
  }
  const words: Part[] = text === '' ? [] : [{ kind: 'text', text }];
  return signature === undefined ? words : [...words, { kind: 'thinking', text: '', signature }];
}

function parseCall(part: GeminiReader, { uses, calls }: PartContext): Part {
  uses.add('tool-call', part.at('functionCall'));
  const call = part.required('functionCall', part.child('functionCall'));
  const name = call.required('name', call.string('name'));
  const input = stringifyExact(call.child('args')?.object ?? {});
  const signature = part.string('thoughtSignature');
  return { kind: 'tool-call', id: calls.called(name, call.string('id')), name, input, ...defined({ signature }) };
}

function parseResponse(result: GeminiReader, { uses, calls }: PartContext): ToolResultPart {
  uses.add('tool-result', result.path);
  result.note(uses, ['parts']);
  const name = result.required('name', result.string('name'));
  const callId = calls.answered(name, result.string('id'));
  const { text, isError } = resultText(result.raw('response'));
  if (isError) uses.add('tool-error', `${result.at('response')}.error`);
  const media = result.children('parts').map((part) => resultMedia(part, result, uses));
  const words: TextPart[] = text === '' ? [] : [{ kind: 'text', text }];
  return { kind: 'tool-result', callId, name, parts: [...words, ...media], ...(isError ? { isError } : {}) };
}

/** By convention the output is under `result` or `output`, a failure under `error`; anything else is the output itself. */
function resultText(response: Json | undefined): { text: string; isError: boolean } {
  if (response === undefined) return { text: '', isError: false };
  if (!isJsonObject(response)) return { text: textOf(response), isError: false };
  const [only, ...others] = Object.keys(response);
  if (only === undefined) return { text: '', isError: false };
  const isPlain = others.length === 0 && ['result', 'output', 'content'].includes(only);
  if (others.length === 0 && only === 'error') return { text: textOf(response.error), isError: true };
  return { text: textOf(isPlain ? response[only] : response), isError: false };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : stringifyExact(value ?? null);
}

function resultMedia(part: GeminiReader, result: GeminiReader, uses: FeatureUses): ImagePart | DocumentPart {
  const inline = part.child('inlineData');
  const source = inline ? inlineMedia(inline) : linkedMedia(part.required('fileData', part.child('fileData')));
  const kind = kindOf('mediaType' in source ? source.mediaType : undefined);
  if (kind === 'audio' || kind === 'video')
    throw new FieldError(part.path, `${part.path} of a function's response cannot be sound or film`);
  if (kind === 'image') uses.add('tool-result-image', result.at('parts'));
  else uses.add('document-data', result.at('parts'));
  return { kind, source };
}

function mediaPart(source: Media, part: GeminiReader, member: string, { uses }: PartContext): Part {
  const named = 'mediaType' in source ? source.mediaType : part.child(member)?.string('mimeType');
  const kind = kindOf(named);
  const path = part.at(member);
  if (source.kind === 'file') uses.add('file-id', path);
  else if (kind === 'audio' || kind === 'video') uses.add(kind, path);
  else uses.add(`${kind}-${source.kind}`, path);
  const title = part.child(member)?.string('displayName');
  return kind === 'document' ? { kind, source, ...defined({ title }) } : { kind, source };
}

function inlineMedia(data: GeminiReader): Media {
  const mediaType = data.required('mimeType', data.string('mimeType'));
  // Either alphabet is taken (ProtoJSON, "bytes"); other formats want the standard one.
  const base64 = data.required('data', data.string('data')).replaceAll(/\s+/g, '');
  return { kind: 'data', mediaType, data: base64.replaceAll('-', '+').replaceAll('_', '/') };
}

/** Files at Google are Google's to read; anything else is a link. */
function linkedMedia(data: GeminiReader): Media {
  const url = data.required('fileUri', data.string('fileUri'));
  const mediaType = data.string('mimeType') ?? (isFilm(url) ? 'video/mp4' : undefined);
  if (!/^https?:\/\//i.test(url) || /\/\/generativelanguage\.googleapis\.com\//i.test(url))
    return { kind: 'file', id: url };
  return { kind: 'url', url, ...defined({ mediaType }) };
}

function isFilm(url: string): boolean {
  return /^https?:\/\/(www\.|m\.)?(youtube\.com|youtu\.be)\//i.test(url);
}

function kindOf(mediaType: string | undefined): 'image' | 'audio' | 'video' | 'document' {
  const [type] = (mediaType ?? '').toLowerCase().split('/');
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'document';
}

function parseCode(code: GeminiReader, { uses }: PartContext): Part {
  uses.add('code-history', code.path);
  const language = (code.string('language') ?? 'PYTHON').toLowerCase();
  return { kind: 'code', language, code: code.string('code') ?? '' };
}

function parseOutcome(result: GeminiReader, { uses }: PartContext): Part {
  uses.add('code-history', result.path);
  const failed = (result.string('outcome') ?? 'OUTCOME_OK') !== 'OUTCOME_OK';
  return { kind: 'code-output', output: result.string('output') ?? '', failed };
}

/** Thinking that came in pieces, as streams bring it, is one thought; its signature is on the last. */
export function joinThinking(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const goesOn = part.kind === 'thinking' && last?.kind === 'thinking' && last.signature === undefined;
    if (goesOn) joined[joined.length - 1] = { ...last, ...part, text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

/** Whether the value is an object that could be a part: the API's own clients write single parts without a list. */
export function isPart(value: JsonObject): boolean {
  return !('parts' in value) && !('role' in value);
}
