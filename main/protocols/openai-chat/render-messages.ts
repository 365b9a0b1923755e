import type { Conversation, Part, ToolCallPart, ToolResultPart, Turn } from '../conversation.ts';
import type { Json, JsonObject } from '../exact-json.ts';
import { stringifyExact } from '../exact-json.ts';
import type { Dialect } from '../features.ts';
import { fitToolId, type ToolNaming } from '../tool-names.ts';
import { mergeNeighbours, repairTurns } from '../turns.ts';
import { asText, joined, type MessagePart, renderPart } from './render-parts.ts';

/** Writes the messages of a chat. Ids of calls and names of tools are fitted to what the dialect takes. */
export function renderMessages(
  { system, turns }: Pick<Conversation, 'system' | 'turns'>,
  dialect: Dialect,
  naming: ToolNaming,
): JsonObject[] {
  const writer = new MessageWriter(dialect, naming);
  const first = turns.findIndex(({ role, parts }) => role !== 'system' && parts.some(saysSomething));
  const leading = turns.slice(0, first < 0 ? turns.length : first);
  const instructions = joined([...system.map(({ text }) => text), ...leading.map(({ parts }) => instruction(parts))]);
  if (instructions !== '') writer.messages.push({ role: 'system', content: instructions });
  for (const turn of repairTurns(sayable(turns.slice(leading.length), dialect))) writer.add(turn);
  writer.end();
  return writer.messages;
}

/** Without thinking that is not sent, which may have been all of a turn, and with instructions where the dialect wants them. */
function sayable(turns: readonly Turn[], dialect: Dialect): Turn[] {
  const keepsThinking = dialect.treatments['thinking-history'].kind === 'carried';
  const keepsSystem = dialect.treatments['mid-system'].kind === 'carried';
  return mergeNeighbours(turns).map(({ role, parts }) => {
    if (role === 'system' && !keepsSystem) return { role: 'user', parts: reminder(parts) };
    const hasCalls = parts.some(({ kind }) => kind === 'tool-call');
    return { role, parts: parts.filter((part) => !isThinking(part) || (keepsThinking && hasCalls && isOwn(part))) };
  });
}

function instruction(parts: readonly Part[]): string {
  return joined(messageParts(parts).map((part) => asText(part) ?? ''));
}

function reminder(parts: readonly Part[]): Part[] {
  const text = instruction(parts);
  return text === '' ? [] : [{ kind: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }];
}

function saysSomething(part: Part): boolean {
  return part.kind === 'text' ? part.text !== '' : !isThinking(part);
}

function isThinking({ kind }: Part): boolean {
  return kind === 'thinking' || kind === 'redacted-thinking';
}

/** Signed thinking is its own provider's, and its text alone proves nothing. */
function isOwn(part: Part): boolean {
  return part.kind === 'thinking' && part.signature === undefined;
}

/** In the place of pictures and files that are held. */
const elsewhere = '[in the next message]';

class MessageWriter {
  readonly messages: JsonObject[] = [];
  readonly #dialect: Dialect;
  readonly #naming: ToolNaming;
  /** Pictures and files that neither results nor the assistant can hold: they go into the next message of the user. */
  #held: JsonObject[] = [];
  /** Parts of the last message of the user. */
  #last: readonly JsonObject[] = [];

  constructor(dialect: Dialect, naming: ToolNaming) {
    this.#dialect = dialect;
    this.#naming = naming;
  }

  add({ role, parts }: Turn): void {
    if (role === 'system') this.#addSystem(parts);
    else if (role === 'user') this.#addUser(parts);
    else this.#addAssistant(parts);
  }

  end(): void {
    this.#pushUser([]);
  }

  #addSystem(parts: readonly Part[]): void {
    const text = instruction(parts);
    if (text !== '') this.messages.push({ role: 'system', content: text });
  }

  #addUser(parts: readonly Part[]): void {
    for (const part of parts) if (part.kind === 'tool-result') this.#addResult(part);
    this.#pushUser(messageParts(parts).map(renderPart));
  }

  #addResult({ callId, parts, isError }: ToolResultPart): void {
    const id = fitToolId(callId, this.#dialect.maxToolIdLength);
    const texts: string[] = [];
    for (const part of parts) {
      const text = asText(part);
      if (text === undefined)
        this.#held.push({ type: 'text', text: `[from the result of call ${id}]` }, renderPart(part));
      else texts.push(text);
    }
    const seen = texts.length === 0 && parts.length > 0 ? elsewhere : joined(texts);
    this.messages.push({ role: 'tool', tool_call_id: id, content: isError ? `[tool error] ${seen}`.trim() : seen });
  }

  #addAssistant(parts: readonly Part[]): void {
    const calls = parts.filter((part) => part.kind === 'tool-call').map((call) => this.#call(call));
    const content = this.#assistantText(parts);
    const thinking = joined(parts.flatMap((part) => (part.kind === 'thinking' ? [part.text] : [])));
    if (content === '' && calls.length === 0) return;
    this.messages.push({
      role: 'assistant',
      content: content === '' ? null : content,
      ...(thinking === '' ? {} : { reasoning_content: thinking }),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    });
  }

  #assistantText(parts: readonly Part[]): string {
    const own = messageParts(parts);
    const texts: string[] = [];
    for (const part of own) {
      const text = asText(part);
      if (text === undefined) this.#held.push({ type: 'text', text: '[made by the assistant]' }, renderPart(part));
      else texts.push(text);
    }
    return texts.length === 0 && own.length > 0 ? elsewhere : joined(texts);
  }

  #call({ id, name, input, custom }: ToolCallPart): JsonObject {
    const called = { id: fitToolId(id, this.#dialect.maxToolIdLength), name: this.#naming.toUpstream(name) };
    if (!custom) return functionCall(called, input);
    if (this.#dialect.treatments['custom-tool'].kind !== 'carried')
      return functionCall(called, stringifyExact({ input }));
    return { id: called.id, type: 'custom', custom: { name: called.name, input } };
  }

  /** Two messages of the user in a row are one. */
  #pushUser(parts: readonly JsonObject[]): void {
    const all = [...this.#held, ...parts];
    this.#held = [];
    if (all.length === 0) return;
    const isNext = this.messages.at(-1)?.role === 'user';
    this.#last = isNext ? [...this.#last, ...all] : all;
    const message = { role: 'user', content: contentOf(this.#last) };
    if (isNext) this.messages[this.messages.length - 1] = message;
    else this.messages.push(message);
  }
}

function functionCall({ id, name }: { id: string; name: string }, input: string): JsonObject {
  return { id, type: 'function', function: { name, arguments: input === '' ? '{}' : input } };
}

/** Text alone is a string, which servers for text models understand. */
function contentOf(parts: readonly JsonObject[]): Json {
  const texts = parts.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []));
  return texts.length === parts.length ? joined(texts) : [...parts];
}

function messageParts(parts: readonly Part[]): MessagePart[] {
  return parts.filter(
    (part): part is MessagePart =>
      part.kind !== 'tool-call' &&
      part.kind !== 'tool-result' &&
      part.kind !== 'thinking' &&
      part.kind !== 'redacted-thinking',
  );
}
