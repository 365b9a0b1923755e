import type { Conversation, Part, ThinkingPart, ToolCallPart, ToolResultPart, Turn } from '../conversation.ts';
import { isJsonObject, type Json, type JsonObject, parseExact } from '../exact-json.ts';
import { type Dialect, FieldError } from '../features.ts';
import { exactJsonIn } from '../json-text.ts';
import { geminiSignaturePlaceholder, signatureFamily } from '../signatures.ts';
import { fitToolId, type ToolNaming } from '../tool-names.ts';
import { mergeNeighbours, repairTurns } from '../turns.ts';
import { type PlainPart, renderPart } from './render-parts.ts';

interface ContentsContext {
  dialect: Dialect;
  naming: ToolNaming;
  /** The first call of each of the model's turns must be signed (Gemini 3). */
  signsCalls: boolean;
  /** Pictures and files can be parts of a function's response (Gemini 3). */
  nestsMedia: boolean;
  runsCode: boolean;
}

/** Writes `contents`: turns of user and model in turn, the user first. Throws FieldError. */
export function renderContents(conversation: Conversation, context: ContentsContext): JsonObject[] {
  const turns = mergeNeighbours(repairTurns(conversation.turns).map(asUser));
  const writer = new ContentWriter(context, callFieldOf(conversation), namesOf(turns));
  const contents = turns
    .map((turn) => writer.content(turn))
    .filter(({ parts }) => Array.isArray(parts) && parts.length > 0);
  return alternating(contents);
}

/** Turns that lost all of their parts leave neighbours of one role behind. */
function alternating(contents: readonly JsonObject[]): JsonObject[] {
  const merged: JsonObject[] = [];
  for (const content of contents) {
    const last = merged.at(-1);
    if (last?.role === content.role && Array.isArray(last?.parts) && Array.isArray(content.parts))
      merged[merged.length - 1] = { ...last, parts: [...last.parts, ...content.parts] };
    else merged.push(content);
  }
  const [first] = merged;
  return first?.role === 'model'
    ? [{ role: 'user', parts: [{ text: '[earlier messages are missing]' }] }, ...merged]
    : merged;
}

/** There is no system's turn within a conversation. */
function asUser({ role, parts }: Turn): Turn {
  if (role !== 'system') return { role, parts };
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return {
    role: 'user',
    parts: [{ kind: 'text', text: `<system-reminder>\n${texts.join('\n\n')}\n</system-reminder>` }],
  };
}

function namesOf(turns: readonly Turn[]): ReadonlyMap<string, string> {
  const calls = turns.flatMap(({ parts }) => parts).filter((part) => part.kind === 'tool-call');
  return new Map(calls.map(({ id, name }) => [id, name]));
}

function callFieldOf({ uses }: Conversation): string {
  return uses.find(({ feature }) => feature === 'tool-call')?.field ?? 'messages';
}

class ContentWriter {
  readonly #context: ContentsContext;
  /** The client's name for tool calls. */
  readonly #callField: string;
  /** Names of called tools, by id. */
  readonly #names: ReadonlyMap<string, string>;

  constructor(context: ContentsContext, callField: string, names: ReadonlyMap<string, string>) {
    this.#context = context;
    this.#callField = callField;
    this.#names = names;
  }

  content({ role, parts }: Turn): JsonObject {
    if (role === 'assistant') return { role: 'model', parts: this.#modelParts(parts) };
    return { role: 'user', parts: this.#userParts(parts) };
  }

  /** Results come first: they belong to the calls of the turn before. */
  #userParts(parts: readonly Part[]): JsonObject[] {
    const results = parts.filter((part) => part.kind === 'tool-result').map((part) => this.#result(part));
    const beside = results.flatMap(({ media }) => media);
    return [...results.map(({ response }) => response), ...beside, ...parts.flatMap((part) => this.#plain(part))];
  }

  #plain(part: Part): JsonObject[] {
    if (!isPlain(part)) return [];
    const rendered = renderPart(part, this.#context.runsCode);
    return rendered.text === '' ? [] : [rendered];
  }

  #modelParts(parts: readonly Part[]): JsonObject[] {
    const rendered: JsonObject[] = [];
    let isFirstCall = true;
    let pending: string | undefined;
    for (const [index, part] of parts.entries()) {
      if (part.kind === 'thinking') {
        const signature = this.#ownSignature(part.signature);
        const signsCall = signature !== undefined && this.#signsNextCall(parts, index);
        if (signsCall) pending = signature;
        rendered.push(...this.#thought(part, signature, signsCall));
      } else if (part.kind === 'tool-call') {
        rendered.push(this.#call(part, isFirstCall, pending));
        isFirstCall = false;
        pending = undefined;
      } else rendered.push(...this.#plain(part));
    }
    return rendered;
  }

  /** Other formats have no place for the signature of a call but thinking before it. */
  #signsNextCall(parts: readonly Part[], index: number): boolean {
    if (!this.#context.signsCalls) return false;
    const calls = parts.filter((part) => part.kind === 'tool-call');
    const next = parts.slice(index + 1).find((part) => part.kind === 'tool-call' || isSigned(part));
    return next !== undefined && next === calls[0] && !isSigned(next);
  }

  #thought({ text }: ThinkingPart, signature: string | undefined, signsCall: boolean): JsonObject[] {
    if (signature === undefined) return [];
    if (signsCall) return text === '' ? [] : [{ text, thought: true }];
    // Without words it is the proof of the words before it.
    const isThought = text !== '' || this.#context.dialect.signatures !== 'gemini';
    return [{ text, ...(isThought ? { thought: true } : {}), thoughtSignature: signature }];
  }

  #call(
    { id, name, input, custom, signature }: ToolCallPart,
    isFirst: boolean,
    pending: string | undefined,
  ): JsonObject {
    const { naming, signsCalls } = this.#context;
    const own = this.#ownSignature(signature) ?? pending;
    const proof = own ?? (isFirst && signsCalls ? geminiSignaturePlaceholder : undefined);
    const args = custom ? { input } : this.#args(input);
    return {
      functionCall: { id: this.#id(id), name: naming.toUpstream(name), args },
      ...(proof === undefined ? {} : { thoughtSignature: proof }),
    };
  }

  #args(input: string): JsonObject {
    if (input.trim() === '') return {};
    try {
      const args = parseExact(input);
      return isJsonObject(args) ? args : { input: args };
    } catch {
      throw new FieldError(this.#callField, `${this.#callField} has arguments that are not JSON`);
    }
  }

  #result({ callId, name, parts, isError }: ToolResultPart): { response: JsonObject; media: JsonObject[] } {
    const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
    const media = parts.filter((part) => part.kind !== 'text').flatMap((part) => this.#plain(part));
    const inline = media.filter((one) => one.inlineData !== undefined);
    const documents = media.flatMap((one) => (typeof one.text === 'string' ? [one.text] : []));
    const nested = this.#context.nestsMedia ? inline : [];
    const text = [...texts, ...documents].filter((one) => one !== '').join('\n');
    const said = text === '' && inline.length > 0 ? '[see the attached files]' : text;
    const called = name ?? this.#names.get(callId) ?? 'tool';
    const response = {
      functionResponse: {
        id: this.#id(callId),
        name: this.#context.naming.toUpstream(called),
        response: isError ? { error: said } : { result: structured(said) },
        ...(nested.length > 0 ? { parts: nested } : {}),
      },
    };
    const beside = media.filter((one) => one.text === undefined && !nested.includes(one));
    return { response, media: beside };
  }

  #id(id: string): string {
    return fitToolId(id, this.#context.dialect.maxToolIdLength);
  }

  #ownSignature(signature: string | undefined): string | undefined {
    if (signature === undefined) return undefined;
    return signatureFamily(signature) === this.#context.dialect.signatures ? signature : undefined;
  }
}

function isSigned(part: Part): boolean {
  return (part.kind === 'thinking' || part.kind === 'tool-call') && part.signature !== undefined;
}

function isPlain(part: Part): part is PlainPart {
  return !['tool-call', 'tool-result', 'thinking', 'redacted-thinking'].includes(part.kind);
}

/** Structured output stays structured. */
function structured(text: string): Json {
  if (!/^\s*[{[]/.test(text)) return text;
  return exactJsonIn(text) ?? text;
}
