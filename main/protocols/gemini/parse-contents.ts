import type { Part, SystemText, Turn } from '../conversation.ts';
import { isJsonObject, type Json } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { isPart, joinThinking, type PartContext, parsePart } from './parse-parts.ts';
import { GeminiReader, readerOf } from './reader.ts';

/** Reads `contents`: a list of turns, one turn, or nothing but text. Throws FieldError. */
export function parseContents(body: GeminiReader, context: PartContext): Turn[] {
  const raw = body.raw('contents');
  const path = body.at('contents');
  if (typeof raw === 'string') return [{ role: 'user', parts: textParts(raw) }];
  const contents = Array.isArray(raw) ? raw : [body.required('contents', raw)];
  if (contents.length === 0) throw new FieldError(path, `${path} must not be empty`);
  const turns = contents.map((content, index) => {
    return typeof content === 'string'
      ? userText(content)
      : parseContent(readerOf(content, `${path}[${index}]`), context);
  });
  if (turns.at(-1)?.role === 'assistant') context.uses.add('prefill', `${path}[${turns.length - 1}]`);
  return turns;
}

function userText(text: string): Turn {
  return { role: 'user', parts: textParts(text) };
}

function parseContent(content: GeminiReader, context: PartContext): Turn {
  if (isPart(content.object)) {
    const part = new GeminiReader(content.object, `${content.path}.parts[0]`);
    return { role: 'user', parts: parsePart(part, context) };
  }
  content.note(context.uses);
  const parts = partsIn(content).flatMap((part) => parsePart(part, context));
  return { role: roleOf(content), parts: joinThinking(parts) };
}

/** Without a role it is the user's; the results of functions have had a role of their own. */
function roleOf(content: GeminiReader): Turn['role'] {
  const role = content.string('role') ?? '';
  if (role === 'model') return 'assistant';
  if (role === 'user' || role === 'function' || role === '') return 'user';
  if (role === 'system') return 'system';
  throw content.wrong('role', 'user or model');
}

/** A list of parts, texts among them, or one part. */
function partsIn(content: GeminiReader): GeminiReader[] {
  const raw = content.raw('parts');
  const path = content.at('parts');
  if (raw === undefined) return [];
  return (Array.isArray(raw) ? raw : [raw]).map((part, index) => partReader(part, `${path}[${index}]`));
}

function partReader(value: Json, path: string): GeminiReader {
  return typeof value === 'string' ? new GeminiReader({ text: value }, path) : readerOf(value, path);
}

/** Reads `systemInstruction`: text, a part, a list of either, or a turn. Throws FieldError. */
export function parseSystem(body: GeminiReader): SystemText[] {
  const raw = body.raw('systemInstruction');
  if (raw === undefined) return [];
  const path = body.at('systemInstruction');
  const parts = Array.isArray(raw) ? raw.map((one, index) => partReader(one, `${path}[${index}]`)) : single(raw, path);
  return parts.flatMap((part) => {
    const text = part.string('text');
    if (text === undefined && Object.keys(part.object).length > 0)
      throw new FieldError(part.path, `${part.path} must be text`);
    return text ? [{ text }] : [];
  });
}

function single(raw: Json, path: string): GeminiReader[] {
  if (typeof raw === 'string' || (isJsonObject(raw) && 'text' in raw)) return [partReader(raw, path)];
  return partsIn(readerOf(raw, path));
}

function textParts(text: string): Part[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}
