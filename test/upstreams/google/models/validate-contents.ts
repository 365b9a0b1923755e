import { signThinking } from '../../anthropic/signatures.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { isTaken } from './signatures.ts';

export interface ContentRules {
  model: string;
  needsRoles: boolean;
}

const partKinds = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
];
const partMembers = [...partKinds, 'thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution'];

/** Why the API would refuse `contents`, in its words; undefined when it would not. */
export function contentsProblem(contents: unknown, rules: ContentRules): string | undefined {
  if (!Array.isArray(contents) || contents.length === 0)
    return '* GenerateContentRequest.contents: contents is not specified';
  const turns = contents.filter(isObject);
  if (turns.length < contents.length) return `Invalid value at 'contents'`;
  for (const [index, turn] of turns.entries()) {
    const problem =
      turnProblem(turn, index, rules) ?? orderProblem(turns, index) ?? signatureProblem(turn, index, rules);
    if (problem) return problem;
  }
  return undefined;
}

function turnProblem(turn: JsonObject, index: number, { needsRoles }: ContentRules): string | undefined {
  const at = `contents[${index}]`;
  const unknown = Object.keys(turn).find((name) => name !== 'role' && name !== 'parts');
  if (unknown !== undefined) return unknownName(unknown, at);
  const { role } = turn;
  const isMissing = role === undefined && !needsRoles;
  if (!isMissing && !['user', 'model', 'function'].includes(String(role)))
    return 'Please use a valid role: user, model.';
  const parts = partsOf(turn);
  if (parts.length === 0) return `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.`;
  for (const [number, part] of parts.entries()) {
    const problem = partProblem(part, `${at}.parts[${number}]`);
    if (problem) return problem;
  }
  return undefined;
}

function partProblem(part: JsonObject, at: string): string | undefined {
  const unknown = Object.keys(part).find((name) => !partMembers.includes(name));
  if (unknown !== undefined) return unknownName(unknown, at);
  const kinds = partKinds.filter((kind) => part[kind] !== undefined);
  if (kinds.length !== 1) return `${at}.data: required oneof field 'data' must have one initialized field`;
  const { functionCall: call, functionResponse: response, inlineData } = part;
  if (call !== undefined && !(isObject(call) && typeof call.name === 'string' && isObject(call.args ?? {})))
    return `Invalid value at '${at}.function_call'`;
  if (response !== undefined && !(isObject(response) && response.name && isObject(response.response)))
    return `Invalid value at '${at}.function_response'`;
  if (inlineData !== undefined && !(isObject(inlineData) && inlineData.mimeType && inlineData.data))
    return `Unable to process input image. ${at}`;
  return undefined;
}

/** Turns alternate, the user's first; what was called is answered in the next turn, all of it and nothing else. */
function orderProblem(turns: readonly JsonObject[], index: number): string | undefined {
  const [before, turn] = [turns[index - 1], turns[index]];
  const isModel = turn?.role === 'model';
  if (index === 0 && isModel) return 'Please ensure that the first turn is a user turn.';
  if (before && (before.role === 'model') === isModel)
    return 'Please ensure that multiturn requests alternate between user and model.';
  const called = before ? namesOf(before, 'functionCall') : [];
  const answered = turn ? namesOf(turn, 'functionResponse') : [];
  if (called.join() === [...answered].join()) return idProblem(before, turn);
  if (called.length === answered.length && [...called].sort().join() === [...answered].sort().join())
    return idProblem(before, turn);
  return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
}

function idProblem(before: JsonObject | undefined, turn: JsonObject | undefined): string | undefined {
  const ids = (one: JsonObject | undefined, kind: string) =>
    one ? membersOf(one, kind).map(({ id }) => id || undefined) : [];
  const known = ids(before, 'functionCall');
  const stray = ids(turn, 'functionResponse').find((id) => id !== undefined && !known.includes(id));
  return stray === undefined ? undefined : `Function response id ${String(stray)} does not match any function call.`;
}

/** Gemini 3 demands the proof of each turn's first call; nobody takes a foreign one; Claude's thinking is as it was signed. */
function signatureProblem(turn: JsonObject, index: number, { model }: ContentRules): string | undefined {
  if (turn.role !== 'model') return undefined;
  const parts = partsOf(turn);
  if (model.startsWith('claude-')) return claudeProblem(parts, index);
  const foreign = parts.find(({ thoughtSignature }) => thoughtSignature !== undefined && !isTaken(thoughtSignature));
  if (foreign) return 'Invalid thought_signature. Please check the signature.';
  const first = parts.findIndex(({ functionCall }) => functionCall !== undefined);
  const demands = /^gemini-([3-9]|pro|flash)/.test(model) && first >= 0;
  if (!demands || parts[first]?.thoughtSignature !== undefined) return undefined;
  const name = membersOf(turn, 'functionCall')[0]?.name;
  return `Function call is missing a thought_signature in functionCall parts. Function call \`default_api:${String(name)}\`, position ${index}.`;
}

/** Thinking that was streamed comes back in pieces, with the proof of all of them on the last. */
function claudeProblem(parts: readonly JsonObject[], index: number): string | undefined {
  let words = '';
  for (const { text, thought, thoughtSignature } of parts) {
    if (thought !== true && thoughtSignature === undefined) continue;
    words += String(text ?? '');
    if (thoughtSignature === undefined) continue;
    if (thoughtSignature !== signThinking(words)) return claudeRefusal(index);
    words = '';
  }
  return words === '' ? undefined : claudeRefusal(index);
}

function claudeRefusal(index: number): string {
  return `messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`;
}

export function unknownName(name: string, at: string): string {
  return `Invalid JSON payload received. Unknown name "${name}" at '${at}': Cannot find field.`;
}

function namesOf(turn: JsonObject, kind: string): string[] {
  return membersOf(turn, kind).map(({ name }) => String(name));
}

function membersOf(turn: JsonObject, kind: string): JsonObject[] {
  return partsOf(turn)
    .map((part) => part[kind])
    .filter(isObject);
}

function partsOf({ parts }: JsonObject): JsonObject[] {
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}
