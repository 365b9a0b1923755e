import type { Part, SystemText, TextPart, ToolResultPart, Turn } from '../conversation.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { CallLog, parseCalls } from './parse-calls.ts';
import { type ContentPart, parseAnnotations, parseContent } from './parse-content.ts';

export interface ParsedMessages {
  system: readonly SystemText[];
  turns: readonly Turn[];
}

/** Members that are read here; what else a message has is looked up in the table. */
const readHere = ['content', 'tool_calls', 'function_call', 'annotations', 'reasoning', 'reasoning_content', 'name'];

/** Reads the messages of a chat. Throws FieldError. */
export function parseMessages(messages: readonly FieldReader[], uses: FeatureUses): ParsedMessages {
  const system: SystemText[] = [];
  const turns: Turn[] = [];
  const calls = new CallLog();
  for (const message of messages) {
    const role = message.required('role', message.string('role'));
    uses.addMembers(message, readHere);
    if (role !== 'tool' && role !== 'function' && message.has('name')) uses.add('unknown', message.at('name'));
    const turn = turnOf(role, message, calls, uses);
    if (turn.role === 'system' && turns.length === 0) system.push(...textsOf(turn));
    else if (turn.role === 'system') addMidSystem(turn, message, turns, uses);
    else turns.push(turn);
  }
  if (system.length > 0) uses.add('system', messages[0]?.path ?? 'messages[0]');
  if (isPrefill(turns.at(-1))) uses.add('prefill', messages.at(-1)?.path ?? 'messages');
  return { system, turns };
}

function turnOf(role: string, message: FieldReader, calls: CallLog, uses: FeatureUses): Turn {
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: parseContent(message, uses).map((part) => onlyText(part, message)) };
    case 'user':
      return { role: 'user', parts: parseContent(message, uses) };
    case 'assistant':
      return { role: 'assistant', parts: assistantParts(message, calls, uses) };
    case 'tool':
      return { role: 'user', parts: [toolResult(message, calls, uses)] };
    case 'function':
      return { role: 'user', parts: [functionResult(message, calls, uses)] };
    default:
      throw message.wrong('role', 'system, developer, user, assistant, tool or function');
  }
}

/** Words for the model to go on from; calls without results are no such thing. */
function isPrefill(last: Turn | undefined): boolean {
  return last?.role === 'assistant' && !last.parts.some(({ kind }) => kind === 'tool-call');
}

function addMidSystem(turn: Turn, message: FieldReader, turns: Turn[], uses: FeatureUses): void {
  if (turn.parts.length === 0) return;
  uses.add('mid-system', message.path);
  turns.push(turn);
}

function textsOf({ parts }: Turn): SystemText[] {
  return parts.flatMap((part) => (part.kind === 'text' ? [{ text: part.text }] : []));
}

function onlyText(part: ContentPart, message: FieldReader): TextPart {
  if (part.kind === 'text') return part;
  throw message.wrong('content', 'text');
}

/** Thinking came before the words, words before the calls. */
function assistantParts(message: FieldReader, calls: CallLog, uses: FeatureUses): Part[] {
  const thinking = thinkingIn(message, uses);
  const texts: Part[] = parseContent(message, uses).map((part) => onlyText(part, message));
  const refusal = message.string('refusal');
  if (refusal) texts.push({ kind: 'text', text: refusal });
  const citations = parseAnnotations(message, uses);
  const [first] = texts;
  if (citations.length > 0 && first?.kind === 'text') texts[0] = { ...first, citations };
  return [...thinking, ...texts, ...parseCalls(message, calls, uses)];
}

function thinkingIn(message: FieldReader, uses: FeatureUses): Part[] {
  const name = message.raw('reasoning_content') ? 'reasoning_content' : 'reasoning';
  const text = message.string(name);
  if (!text) return [];
  uses.add('thinking-history', message.at(name));
  return [{ kind: 'thinking', text }];
}

function toolResult(message: FieldReader, calls: CallLog, uses: FeatureUses): ToolResultPart {
  const callId = message.required('tool_call_id', message.string('tool_call_id'));
  const call = calls.find(callId);
  const name = call?.name ?? message.string('name');
  uses.add('tool-result', message.path);
  return {
    kind: 'tool-result',
    callId,
    ...(name === undefined ? {} : { name }),
    parts: resultParts(message, uses),
    ...(call?.custom ? { custom: true } : {}),
  };
}

function functionResult(message: FieldReader, calls: CallLog, uses: FeatureUses): ToolResultPart {
  const name = message.required('name', message.string('name'));
  uses.add('tool-result', message.path);
  return { kind: 'tool-result', callId: calls.idOfResult(name), name, parts: resultParts(message, uses) };
}

function resultParts(message: FieldReader, uses: FeatureUses): ToolResultPart['parts'] {
  return parseContent(message, uses).map((part) => {
    if (part.kind === 'audio' || part.kind === 'video')
      throw new FieldError(message.at('content'), `${message.at('content')} of a tool cannot be sound or film`);
    if (part.kind === 'image') uses.add('tool-result-image', message.at('content'));
    return part;
  });
}
