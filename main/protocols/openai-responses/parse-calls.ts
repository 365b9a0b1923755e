import type { ToolCallPart, ToolResultPart } from '../conversation.ts';
import { isJsonObject, type Json, type JsonObject, stringifyExact } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import { type FeatureUses, FieldReader } from '../field-reader.ts';
import { type ContentPart, parseContent } from './parse-content.ts';
import { memberName } from './parse-tools.ts';

type ResultPart = ToolResultPart['parts'][number];

/** A call of a function or of a custom tool. */
export function parseCall(item: FieldReader, type: 'function_call' | 'custom_tool_call'): ToolCallPart {
  const id = callIdOf(item);
  const name = item.required('name', item.string('name'));
  const group = item.string('namespace');
  const call = { kind: 'tool-call' as const, id, name: group === undefined ? name : memberName(group, name) };
  if (type === 'custom_tool_call') return { ...call, input: item.string('input') ?? '', custom: true };
  return { ...call, input: argumentsOf(item.raw('arguments')) };
}

/** Arguments are JSON text; objects and empty text are seen too. */
function argumentsOf(raw: Json | undefined): string {
  if (raw === undefined || raw === '') return '{}';
  return typeof raw === 'string' ? raw : stringifyExact(raw);
}

/** Members of a call that are not its arguments. */
const frame = new Set(['type', 'id', 'call_id', 'status', 'namespace', 'created_by']);

/** A call of a tool that OpenAI defines and the client runs: `local_shell_call` calls `local_shell`. */
export function parseHostedCall(item: FieldReader, type: string): ToolCallPart {
  const input = Object.entries(item.object).filter(([name]) => !frame.has(name));
  return {
    kind: 'tool-call',
    id: callIdOf(item),
    name: type.slice(0, -'_call'.length),
    input: stringifyExact(Object.fromEntries(input)),
  };
}

/** A call that OpenAI made itself, together with its result. */
export function parseMcpCall(item: FieldReader): { call: ToolCallPart; result: ToolResultPart } {
  const id = item.required('id', item.string('id'));
  const server = item.string('server_label') ?? 'mcp';
  const name = memberName(server, item.required('name', item.string('name')));
  const error = item.raw('error');
  const said = error ?? item.raw('output') ?? '';
  const text = typeof said === 'string' ? said : stringifyExact(said);
  return {
    call: { kind: 'tool-call', id, name, input: argumentsOf(item.raw('arguments')) },
    result: {
      kind: 'tool-result',
      callId: id,
      parts: [{ kind: 'text', text }],
      ...(error === undefined ? {} : { isError: true }),
    },
  };
}

/** The output of any call: text, a list of parts, a screenshot, or whatever the tool's own format is. */
export function parseCallOutput(item: FieldReader, type: string, uses: FeatureUses): ToolResultPart {
  const callId = item.string('call_id') ?? item.required('call_id', item.string('id'));
  const { parts, isError } = outputOf(item, uses);
  if (parts.some(({ kind }) => kind !== 'text')) uses.add('tool-result-image', item.at('output'));
  return {
    kind: 'tool-result',
    callId,
    parts,
    ...(isError ? { isError: true } : {}),
    ...(type === 'custom_tool_call_output' ? { custom: true as const } : {}),
  };
}

function outputOf(item: FieldReader, uses: FeatureUses): { parts: ResultPart[]; isError?: boolean } {
  const output = item.raw('output');
  if (output === undefined) return { parts: [] };
  if (isJsonObject(output)) return objectOutput(item, output, uses);
  const areParts = Array.isArray(output) && output.every((part) => isJsonObject(part) && isContent(part));
  if (typeof output !== 'string' && !areParts) return { parts: [{ kind: 'text', text: stringifyExact(output) }] };
  return { parts: parseContent(item, 'output', uses).map((part) => resultPart(part, item)) };
}

/** Older Codex versions wrap text as `{content, success}`. */
function objectOutput(item: FieldReader, output: JsonObject, uses: FeatureUses) {
  if (output.type === 'computer_screenshot') {
    const wrapper = new FieldReader({ output: [output] }, item.path);
    return { parts: parseContent(wrapper, 'output', uses).map((part) => resultPart(part, item)) };
  }
  const { content, success } = output;
  if (typeof content === 'string') {
    return { parts: [{ kind: 'text' as const, text: content }], isError: success === false };
  }
  return { parts: [{ kind: 'text' as const, text: stringifyExact(output) }] };
}

function isContent({ type }: JsonObject): boolean {
  return typeof type === 'string' && /^(input_|output_text$|text$|image_url$)/.test(type);
}

function resultPart(part: ContentPart, item: FieldReader): ResultPart {
  if (part.kind !== 'audio') return part;
  throw new FieldError(item.at('output'), `${item.at('output')} cannot hold audio`);
}

function callIdOf(item: FieldReader): string {
  return item.required('call_id', item.string('call_id') || item.string('id'));
}
