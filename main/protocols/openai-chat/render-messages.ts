import type { Conversation, Part, ToolCallPart, ToolResultPart, Turn } from '../conversation.ts';
import type { Json, JsonObject } from '../exact-json.ts';
import { stringifyExact } from '../exact-json.ts';
import type { Dialect } from '../features.ts';
import { fitToolId, type ToolNaming } from '../tool-names.ts';
import { repairTurns } from '../turns.ts';
import { asText, joined, type MessagePart, renderPart } from './render-parts.ts';

/** Writes the messages of a chat. Ids of calls and names of tools are fitted to what the dialect takes. */
export function renderMessages(
  { system, turns }: Pick<Conversation, 'system' | 'turns'>,
  dialect: Dialect,
  naming: ToolNaming,
): JsonObject[] {
  const writer = new MessageWriter(dialect, naming);
  const instructions = joined(system.map(({ text }) => text));
  if (instructions !== '') writer.messages.push({ role: 'system', content: instructions });
  for (const turn of repairTurns(turns)) writer.add(turn);
  writer.end();
  return writer.messages;
}

class MessageWriter {
  readonly messages: JsonObject[] = [];
  readonly #dialect: Dialect;
  readonly #naming: ToolNaming;
  /** Pictures and files that neither results nor the assistant can hold: they go into the next message of the user. */
  #held: JsonObject[] = [];

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
    const text = joined(messageParts(parts).map((part) => asText(part) ?? ''));
    if (text === '') return;
    if (this.#dialect.treatments['mid-system'].kind === 'carried')
      this.messages.push({ role: 'system', content: text });
    else this.#pushUser([{ type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }]);
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
    const seen = texts.length === 0 && parts.length > 0 ? '[in the next message]' : joined(texts);
    this.messages.push({ role: 'tool', tool_call_id: id, content: isError ? `[tool error] ${seen}`.trim() : seen });
  }

  #addAssistant(parts: readonly Part[]): void {
    const calls = parts.filter((part) => part.kind === 'tool-call').map((call) => this.#call(call));
    const content = this.#assistantText(parts);
    const thinking = calls.length > 0 ? this.#thinking(parts) : '';
    if (content === '' && calls.length === 0) return;
    this.messages.push({
      role: 'assistant',
      content: content === '' ? null : content,
      ...(thinking === '' ? {} : { reasoning_content: thinking }),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    });
  }

  #assistantText(parts: readonly Part[]): string {
    const texts: string[] = [];
    for (const part of messageParts(parts)) {
      const text = asText(part);
      if (text === undefined) this.#held.push({ type: 'text', text: '[made by the assistant]' }, renderPart(part));
      else texts.push(text);
    }
    return joined(texts);
  }

  /** Signed thinking is its own provider's, and its text alone proves nothing. */
  #thinking(parts: readonly Part[]): string {
    if (this.#dialect.treatments['thinking-history'].kind !== 'carried') return '';
    const own = parts.flatMap((part) => (part.kind === 'thinking' && part.signature === undefined ? [part.text] : []));
    return joined(own);
  }

  #call({ id, name, input, custom }: ToolCallPart): JsonObject {
    const called = { id: fitToolId(id, this.#dialect.maxToolIdLength), name: this.#naming.toUpstream(name) };
    if (!custom) return functionCall(called, input);
    if (this.#dialect.treatments['custom-tool'].kind !== 'carried')
      return functionCall(called, stringifyExact({ input }));
    return { id: called.id, type: 'custom', custom: { name: called.name, input } };
  }

  #pushUser(parts: JsonObject[]): void {
    const all = [...this.#held, ...parts];
    this.#held = [];
    if (all.length > 0) this.messages.push({ role: 'user', content: contentOf(all) });
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
