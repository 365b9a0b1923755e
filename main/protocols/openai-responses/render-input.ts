import type { Conversation, Part, ThinkingPart, ToolCallPart, ToolResultPart, Turn } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import type { Dialect } from '../features.ts';
import { signatureFamily } from '../signatures.ts';
import { fitToolId, type ToolNaming } from '../tool-names.ts';
import { repairTurns } from '../turns.ts';
import { renderInput, renderOutputText, renderToolOutput } from './render-content.ts';

interface InputContext {
  dialect: Dialect;
  naming: ToolNaming;
  /** Whether free-text tools go out as functions. */
  wrapsCustom: boolean;
}

/** The items of a conversation, the system text as a developer's message in front of them. */
export function renderItems({ system, turns }: Conversation, context: InputContext): JsonObject[] {
  const writer = new ItemWriter(context);
  if (system.length > 0)
    writer.message(
      'developer',
      system.map(({ text }) => ({ type: 'input_text', text })),
    );
  for (const turn of repairTurns(turns)) writer.turn(turn);
  return writer.items;
}

class ItemWriter {
  readonly items: JsonObject[] = [];
  readonly #context: InputContext;
  /** Content of a message that goes on. */
  #content: JsonObject[] = [];

  constructor(context: InputContext) {
    this.#context = context;
  }

  message(role: string, content: JsonObject[]): void {
    if (content.length > 0) this.items.push({ type: 'message', role, content });
  }

  turn({ role, parts }: Turn): void {
    const author = role === 'system' ? 'developer' : role;
    for (const part of parts) {
      const content = contentOf(part, author);
      if (content) this.#content.push(content);
      else this.#item(part, author);
    }
    this.#flush(author);
  }

  #flush(role: string): void {
    this.message(role, this.#content);
    this.#content = [];
  }

  /** Whatever is an item of its own ends the message before it. */
  #item(part: Part, role: string): void {
    const item = this.#itemOf(part);
    if (!item) return;
    this.#flush(role);
    this.items.push(item);
  }

  #itemOf(part: Part): JsonObject | undefined {
    switch (part.kind) {
      case 'thinking':
        return this.#reasoning(part);
      case 'tool-call':
        return this.#call(part);
      case 'tool-result':
        return this.#result(part);
      default:
        return undefined;
    }
  }

  /** Only its own family's reasoning means something to the upstream; the rest is left out, never refused. */
  #reasoning({ text, signature, id }: ThinkingPart): JsonObject | undefined {
    if (signature === undefined || signatureFamily(signature) !== this.#context.dialect.signatures) return undefined;
    const summary = text === '' ? [] : [{ type: 'summary_text', text }];
    return { type: 'reasoning', ...(id?.startsWith('rs_') ? { id } : {}), summary, encrypted_content: signature };
  }

  #call({ id, name, input, custom }: ToolCallPart): JsonObject {
    const call = { call_id: this.#id(id), name: this.#context.naming.toUpstream(name) };
    if (!custom) return { type: 'function_call', ...call, arguments: input.trim() === '' ? '{}' : input };
    if (this.#context.wrapsCustom) return { type: 'function_call', ...call, arguments: JSON.stringify({ input }) };
    return { type: 'custom_tool_call', ...call, input };
  }

  #result(part: ToolResultPart): JsonObject {
    const type = part.custom && !this.#context.wrapsCustom ? 'custom_tool_call_output' : 'function_call_output';
    return { type, call_id: this.#id(part.callId), output: renderToolOutput(part) };
  }

  #id(id: string): string {
    return fitToolId(id, this.#context.dialect.maxToolIdLength);
  }
}

/** Content of the message that its role writes; undefined for parts that are none. */
function contentOf(part: Part, role: string): JsonObject | undefined {
  const said = textOf(part);
  if (said !== undefined) {
    if (said === '') return undefined;
    return role === 'assistant' ? renderOutputText(said) : { type: 'input_text', text: said };
  }
  if (part.kind === 'image' || part.kind === 'document' || part.kind === 'audio') return renderInput(part);
  return undefined;
}

function textOf(part: Part): string | undefined {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'search-call':
      return `[Searched the web for: ${part.query}]`;
    case 'search-result':
      return part.results.map(({ title, url, text }) => [title, url, text].filter(Boolean).join('\n')).join('\n\n');
    case 'code':
      return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
    case 'code-output':
      return `\`\`\`\n${part.output}\n\`\`\``;
    default:
      return undefined;
  }
}
