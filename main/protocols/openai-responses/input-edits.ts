import type { BodyDraft } from '../body-draft.ts';
import { FieldError } from '../features.ts';
import { type Edit, elements, members, removeElements, removeMembers, type Span, stringAt } from '../json-edit.ts';
import { signatureFamily } from '../signatures.ts';
import { claudeRedacted } from './reasoning-carrier.ts';

/** What an upstream asks of the items of `input`. */
export interface InputRules {
  /**
   * Nothing is stored there: references to items are refused, reasoning must carry its own proof, calls and outputs
   * must be in pairs and ids be of the right form.
   */
  isStateless: boolean;
  /** Whether reasoning with this `encrypted_content` is the upstream's own. */
  takesReasoning(encrypted: string): boolean;
}

interface Item extends Span {
  index: number;
  at: ReadonlyMap<string, Span>;
  type: string;
  id: string | undefined;
  callId: string | undefined;
}

/** Longest id of an item, in characters. */
const longestId = 64;

/** How ids of the API's own begin; items of other types keep theirs. */
const idPrefixes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    message: 'msg',
    reasoning: 'rs',
    function_call: 'fc',
    custom_tool_call: 'ctc',
    custom_tool_call_output: 'ctco',
  }),
);

const outputOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    function_call: 'function_call_output',
    custom_tool_call: 'custom_tool_call_output',
  }),
);

/** Reasoning of GPT models, which is what OpenAI's upstreams sign. */
export function isGptReasoning(encrypted: string): boolean {
  return signatureFamily(encrypted) === 'gpt';
}

/** Reasoning that is not known to be Claude's or Gemini's. */
export function isNoOtherReasoning(encrypted: string): boolean {
  const family = signatureFamily(encrypted);
  return (family === undefined || family === 'gpt') && claudeRedacted.read(encrypted) === undefined;
}

/**
 * Edits the items of `input` into what the upstream takes; what needs no change keeps its bytes. Returns the fields that
 * were left out. Throws FieldError for a reference to an item that is not here.
 */
export function editInput(draft: BodyDraft, rules: InputRules): string[] {
  const span = draft.find('input');
  if (!span || draft.json[span.start] !== 0x5b) return [];
  const items = elements(draft.json, span).map((place, index) => itemAt(draft.json, place, index));
  const known = items.filter((item) => item !== undefined);
  if (rules.isStateless) refuseReferences(known);
  const gone = new Set([
    ...known.filter((item) => isForeignReasoning(draft.json, item, rules)),
    ...(rules.isStateless ? repeated(known) : []),
  ]);
  const kept = known.filter((item) => !gone.has(item));
  const edits = [
    ...removeElements(
      draft.json,
      span,
      [...gone].map(({ index }) => index),
    ),
    ...(rules.isStateless ? [...idEdits(draft.json, kept), ...pairingEdits(draft.json, kept)] : []),
  ];
  draft.edit(...edits);
  return [...gone].filter(({ type }) => type === 'reasoning').map(({ index }) => `input[${index}]`);
}

function itemAt(json: Buffer, place: Span, index: number): Item | undefined {
  if (json[place.start] !== 0x7b) return undefined;
  const at = members(json, place.start);
  const text = (name: string) => {
    const span = at.get(name);
    return span && stringAt(json, span);
  };
  const type = text('type') ?? (at.has('role') ? 'message' : '');
  return { ...place, index, at, type, id: text('id'), callId: text('call_id') };
}

function refuseReferences(items: readonly Item[]): void {
  const reference = items.find(({ type }) => type === 'item_reference');
  if (!reference) return;
  const field = `input[${reference.index}]`;
  throw new FieldError(field, `${field} refers to an item stored at OpenAI; send the item itself in its place`);
}

function isForeignReasoning(json: Buffer, { type, at }: Item, rules: InputRules): boolean {
  if (type !== 'reasoning') return false;
  const span = at.get('encrypted_content');
  const encrypted = span && stringAt(json, span);
  return encrypted ? !rules.takesReasoning(encrypted) : rules.isStateless;
}

/** Of items with one identity the last counts. */
function repeated(items: readonly Item[]): Item[] {
  const last = new Map<string, Item>();
  const earlier: Item[] = [];
  for (const item of items) {
    const { type, id, callId } = item;
    const key = callId !== undefined ? `${type} ${callId}` : id !== undefined ? `id ${type} ${id}` : undefined;
    if (key === undefined) continue;
    const before = last.get(key);
    if (before) earlier.push(before);
    last.set(key, item);
  }
  return earlier;
}

/** An item needs no id; one of another form would be looked for and not found. */
function idEdits(json: Buffer, items: readonly Item[]): Edit[] {
  return items.filter(hasOddId).flatMap((item) => removeMembers(json, ['id'], item.start));
}

function hasOddId({ type, id }: Item): boolean {
  const prefix = idPrefixes.get(type);
  if (id === undefined || prefix === undefined) return false;
  return id.length > longestId || !id.startsWith(`${prefix}_`);
}

/** Outputs without a call become text, calls without an output get one that says so. */
function pairingEdits(json: Buffer, items: readonly Item[]): Edit[] {
  const present = new Set(items.map(({ type, callId }) => `${type} ${callId}`));
  return items.flatMap((item): Edit[] => {
    const output = outputOf.get(item.type);
    if (output !== undefined && !present.has(`${output} ${item.callId}`)) return [answered(item, output)];
    const call = callOf(item.type);
    return call !== undefined && !present.has(`${call} ${item.callId}`) ? [asText(json, item)] : [];
  });
}

function callOf(output: string): string | undefined {
  return [...outputOf.keys()].find((call) => outputOf.get(call) === output);
}

function answered({ end, callId, id }: Item, type: string): Edit {
  const output = JSON.stringify({ type, call_id: callId ?? id ?? '', output: '[no result]' });
  return { start: end, end, replacement: `,${output}` };
}

function asText(json: Buffer, { start, end, at }: Item): Edit {
  const span = at.get('output');
  const said = span && (stringAt(json, span) ?? json.toString('utf8', span.start, span.end));
  const content = [{ type: 'input_text', text: `[tool result without call] ${said ?? ''}` }];
  return { start, end, replacement: JSON.stringify({ type: 'message', role: 'user', content }) };
}
