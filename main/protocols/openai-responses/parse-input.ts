import type { Part, SystemText, Tool, Turn } from '../conversation.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { signatureFamily } from '../signatures.ts';
import { InputBuilder } from './input-builder.ts';
import { parseCall, parseCallOutput, parseHostedCall, parseMcpCall } from './parse-calls.ts';
import { parseContent, useType } from './parse-content.ts';
import { parseCodeCall, parseFileSearch, parseImageCall, parseWebSearchCall } from './parse-provider-calls.ts';
import { parseTools } from './parse-tools.ts';
import { claudeRedacted } from './reasoning-carrier.ts';

interface ParsedInput {
  system: readonly SystemText[];
  turns: readonly Turn[];
  /** Tools that are listed among the items, as Codex does. */
  tools: readonly Tool[];
}

/** Reads `instructions` and `input`. Throws FieldError. */
export function parseInput(body: FieldReader, uses: FeatureUses): ParsedInput {
  const reading = new InputReading(uses);
  const instructions = body.string('instructions');
  if (instructions) {
    uses.add('system', 'instructions');
    reading.builder.system.push({ text: instructions });
  }
  const input = body.required('input', body.raw('input'));
  if (typeof input === 'string') reading.builder.add('user', { kind: 'text', text: input });
  else for (const item of withoutDuplicates(body.children('input'))) reading.read(item);
  const { turns } = reading.builder;
  if (endsInAnswer(turns)) uses.add('prefill', `input[${body.children('input').length - 1}]`);
  return { system: reading.builder.system, turns, tools: reading.tools };
}

function endsInAnswer(turns: readonly Turn[]): boolean {
  const last = turns.at(-1);
  return last?.role === 'assistant' && last.parts.at(-1)?.kind === 'text';
}

/** Of items with one id or of calls (or outputs) with one call id the last counts: clients append what they repeat. */
function withoutDuplicates(items: readonly FieldReader[]): FieldReader[] {
  const last = new Map<string, number>();
  const keys = items.map(identityOf);
  keys.forEach((key, index) => {
    if (key !== undefined) last.set(key, index);
  });
  return items.filter((_item, index) => {
    const key = keys[index];
    return key === undefined || last.get(key) === index;
  });
}

function identityOf(item: FieldReader): string | undefined {
  const { type, call_id: callId, id } = item.object;
  if (typeof callId === 'string') return `${String(type)} ${callId}`;
  return typeof id === 'string' && type !== 'item_reference' ? `id ${String(type)} ${id}` : undefined;
}

class InputReading {
  readonly builder = new InputBuilder();
  readonly tools: Tool[] = [];
  readonly #uses: FeatureUses;
  /** A signature of Gemini's that belongs to the call behind it. */
  #callSignature: string | undefined;

  constructor(uses: FeatureUses) {
    this.#uses = uses;
  }

  read(item: FieldReader): void {
    const type = item.string('type') ?? item.required('type', item.has('role') ? 'message' : undefined);
    this.#uses.addMembers(item);
    if (type !== 'function_call') this.#callSignature = undefined;
    if (type === 'message') return this.#message(item);
    useType(item, type, this.#uses);
    if (type === 'reasoning') return this.#reasoning(item);
    if (type === 'additional_tools') {
      this.tools.push(...parseTools(item.children('tools'), this.#uses));
      return;
    }
    if (type.endsWith('_output')) return this.builder.add('user', parseCallOutput(item, type, this.#uses));
    this.#call(item, type);
  }

  #call(item: FieldReader, type: string): void {
    switch (type) {
      case 'function_call':
      case 'custom_tool_call':
        return this.#add(this.#signed(parseCall(item, type)));
      case 'mcp_call': {
        const { call, result } = parseMcpCall(item);
        this.builder.add('assistant', call);
        return this.builder.add('user', result);
      }
      case 'web_search_call':
        return this.#add(...parseWebSearchCall(item));
      case 'file_search_call':
        return this.#add(...parseFileSearch(item));
      case 'code_interpreter_call':
        return this.#add(...parseCodeCall(item));
      case 'image_generation_call':
        return this.builder.add('user', ...parseImageCall(item));
      case 'item_reference':
        throw new FieldError(
          item.path,
          `${item.path} refers to an item stored at OpenAI; send the item itself in its place`,
        );
      default:
        if (item.has('call_id') && type.endsWith('_call')) this.#add(parseHostedCall(item, type));
    }
  }

  #add(...parts: readonly Part[]): void {
    this.builder.add('assistant', ...parts);
  }

  #signed(call: Part): Part {
    const signature = this.#callSignature;
    this.#callSignature = undefined;
    return signature !== undefined && call.kind === 'tool-call' ? { ...call, signature } : call;
  }

  #message(item: FieldReader): void {
    const role = item.required('role', item.string('role'));
    const parts = parseContent(item, 'content', this.#uses);
    if (role === 'user' || role === 'assistant') return this.builder.add(role, ...parts);
    if (role !== 'system' && role !== 'developer') throw item.wrong('role', 'user, assistant, system or developer');
    this.#instructions(item, parts);
  }

  /** In front of the conversation they are its system text, later they stay at their place. */
  #instructions(item: FieldReader, parts: readonly Part[]): void {
    const texts = parts.map((part) => {
      if (part.kind === 'text') return part;
      throw new FieldError(item.at('content'), `${item.at('content')} of a system message must be text`);
    });
    this.#uses.add(this.builder.isEmpty ? 'system' : 'mid-system', item.path);
    if (this.builder.isEmpty) this.builder.system.push(...texts.map(({ text }) => ({ text })));
    else this.builder.add('system', ...texts);
  }

  #reasoning(item: FieldReader): void {
    const text = reasoningText(item);
    const signature = item.string('encrypted_content') || undefined;
    const redacted = signature === undefined ? undefined : claudeRedacted.read(signature);
    if (redacted !== undefined) return this.#add({ kind: 'redacted-thinking', data: redacted });
    if (text === '' && signature !== undefined && signatureFamily(signature) === 'gemini') {
      this.#callSignature = signature;
      return;
    }
    const id = item.string('id');
    this.#add({
      kind: 'thinking',
      text,
      ...(signature === undefined ? {} : { signature }),
      ...(id === undefined ? {} : { id }),
    });
  }
}

function reasoningText(item: FieldReader): string {
  const texts = (name: string) => item.children(name).map((part) => part.string('text') ?? '');
  const summary = texts('summary');
  return (summary.length > 0 ? summary : texts('content')).filter((text) => text !== '').join('\n\n');
}
