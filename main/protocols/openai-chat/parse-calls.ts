import type { ToolCallPart } from '../conversation.ts';
import { isJsonObject, stringifyExact } from '../exact-json.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { exactJsonIn } from '../json-text.ts';

/** Which tool a call went to, so that its result can be told for what it is. */
export class CallLog {
  readonly #calls = new Map<string, ToolCallPart>();
  /** Calls of legacy functions that have no result yet, by name. */
  readonly #open: ToolCallPart[] = [];

  add(call: ToolCallPart): ToolCallPart {
    this.#calls.set(call.id, call);
    return call;
  }

  /** Legacy calls have no ids: they are counted. */
  addLegacy(name: string, input: string): ToolCallPart {
    const call: ToolCallPart = { kind: 'tool-call', id: `call_function_${this.#calls.size}`, name, input };
    this.#open.push(call);
    return this.add(call);
  }

  find(id: string): ToolCallPart | undefined {
    return this.#calls.get(id);
  }

  /** The oldest open call of a function; a result without one gets an id of its own. */
  idOfResult(name: string): string {
    const at = this.#open.findIndex((call) => call.name === name);
    const [call] = at < 0 ? [] : this.#open.splice(at, 1);
    return call?.id ?? `call_${name}`;
  }
}

/** Reads the calls of an assistant's message. Throws FieldError. */
export function parseCalls(message: FieldReader, calls: CallLog, uses: FeatureUses): ToolCallPart[] {
  const parsed = message.children('tool_calls').map((call) => calls.add(parseCall(call)));
  if (parsed.length > 0) uses.add('tool-call', message.at('tool_calls'));
  const legacy = message.child('function_call');
  if (!legacy) return parsed;
  uses.add('tool-call', message.at('function_call'));
  return [...parsed, calls.addLegacy(legacy.required('name', legacy.string('name')), parseArguments(legacy))];
}

function parseCall(call: FieldReader): ToolCallPart {
  const id = call.required('id', call.string('id'));
  const type = call.string('type') ?? (call.has('custom') ? 'custom' : 'function');
  if (type === 'custom') {
    const custom = call.required('custom', call.child('custom'));
    const name = custom.required('name', custom.string('name'));
    return { kind: 'tool-call', id, name, input: custom.string('input') ?? '', custom: true };
  }
  if (type !== 'function') throw call.wrong('type', 'function or custom');
  const fn = call.required('function', call.child('function'));
  return { kind: 'tool-call', id, name: fn.required('name', fn.string('name')), input: parseArguments(fn) };
}

/** JSON text of an object. Some clients send the object itself, or nothing where there are no arguments. */
function parseArguments(fn: FieldReader): string {
  const raw = fn.raw('arguments');
  if (raw === undefined || raw === '') return '{}';
  if (isJsonObject(raw)) return stringifyExact(raw);
  if (typeof raw !== 'string') throw fn.wrong('arguments', 'a string');
  if (raw.trim() === '') return '{}';
  if (!isJsonObject(exactJsonIn(raw))) throw fn.wrong('arguments', 'the JSON text of an object');
  return raw;
}
