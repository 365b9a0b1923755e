import type { Citation, Part, SystemText, ToolCallPart, ToolResultPart, Turn } from '../conversation.ts';
import { defined } from '../defined.ts';
import { stringifyExact } from '../exact-json.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { parseProviderBlock } from './parse-provider-blocks.ts';
import {
  cacheMark,
  contentBlocks,
  parseDocument,
  parseImage,
  parseResultContent,
  parseSearchResult,
  parseText,
} from './parse-sources.ts';

/** A line that Claude Code sends for Anthropic's accounting; it says nothing to a model. */
const billingLine = /^x-anthropic-billing-header:/;

/** Reads `system`: text or a list of texts. Throws FieldError. */
export function parseSystem(body: FieldReader, uses: FeatureUses): SystemText[] {
  const raw = body.raw('system');
  if (raw === undefined) return [];
  const blocks = typeof raw === 'string' ? [] : body.children('system');
  for (const block of blocks) uses.addMembers(block);
  const texts = typeof raw === 'string' ? [{ text: raw }] : blocks.flatMap(parseText);
  const kept = texts.filter(({ text }) => text !== '' && !billingLine.test(text));
  if (kept.length > 0) uses.add('system', 'system');
  return kept.map((part) => ({ text: part.text, ...('cache' in part && part.cache ? { cache: part.cache } : {}) }));
}

/** Reads `messages`. Throws FieldError. */
export function parseMessages(body: FieldReader, uses: FeatureUses): Turn[] {
  const messages = body.children('messages');
  if (messages.length === 0) throw body.wrong('messages', 'a list with at least one message');
  const turns = messages.map((message) => parseMessage(message, uses));
  const last = turns.at(-1);
  const isPrefill = last?.role === 'assistant' && !last.parts.some(({ kind }) => kind === 'tool-call');
  if (isPrefill) uses.add('prefill', messages.at(-1)?.path ?? 'messages');
  return turns;
}

function parseMessage(message: FieldReader, uses: FeatureUses): Turn {
  const role = message.required('role', message.string('role'));
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    throw message.wrong('role', 'user, assistant or system');
  uses.addMembers(message);
  if (role === 'system') uses.add('mid-system', message.path);
  return { role, parts: contentBlocks(message).flatMap((block) => parseBlock(block, uses)) };
}

function parseBlock(block: FieldReader, uses: FeatureUses): Part[] {
  const type = block.required('type', block.string('type'));
  uses.addMembers(block, ['citations', 'is_error']);
  switch (type) {
    case 'text':
      return parseText(block).map((part) => ({ ...part, ...citationsOf(block, uses) }));
    case 'image':
      return [parseImage(block, uses)];
    case 'document':
      return parseDocument(block, uses);
    case 'search_result':
      return [parseSearchResult(block, uses)];
    case 'thinking':
      return [parseThinking(block, uses)];
    case 'redacted_thinking':
      uses.add('redacted-thinking', block.path);
      return [{ kind: 'redacted-thinking', data: block.required('data', block.string('data')) }];
    case 'tool_use':
      return [parseCall(block, uses)];
    case 'tool_result':
      return [parseResult(block, uses)];
    default:
      return parseProviderBlock(block, type, uses);
  }
}

function parseThinking(block: FieldReader, uses: FeatureUses): Part {
  uses.add('thinking-history', block.path);
  const signature = block.string('signature');
  const text = block.string('thinking') ?? '';
  return { kind: 'thinking', text, ...(signature ? { signature } : {}) };
}

function parseCall(block: FieldReader, uses: FeatureUses): ToolCallPart {
  uses.add('tool-call', block.path);
  return {
    kind: 'tool-call',
    id: block.required('id', block.string('id')),
    name: block.required('name', block.string('name')),
    input: stringifyExact(block.child('input')?.object ?? {}),
    ...cacheMark(block),
  };
}

function parseResult(block: FieldReader, uses: FeatureUses): ToolResultPart {
  uses.add('tool-result', block.path);
  const parts = parseResultContent(block, uses);
  if (parts.some(({ kind }) => kind === 'image')) uses.add('tool-result-image', block.at('content'));
  const isError = block.boolean('is_error') === true;
  if (isError) uses.add('tool-error', block.at('is_error'));
  return {
    kind: 'tool-result',
    callId: block.required('tool_use_id', block.string('tool_use_id')),
    parts,
    ...(isError ? { isError } : {}),
    ...cacheMark(block),
  };
}

function citationsOf(block: FieldReader, uses: FeatureUses): { citations?: Citation[] } {
  const citations = block.children('citations').map(citationOf);
  if (citations.length === 0) return {};
  uses.add('citations', block.at('citations'));
  return { citations };
}

function citationOf(cited: FieldReader): Citation {
  return defined({
    title: cited.string('title') ?? cited.string('document_title'),
    url: cited.string('url') ?? cited.string('source'),
    text: cited.string('cited_text'),
  });
}
