import type { BodyDraft } from '../../protocols/body-draft.ts';
import {
  type Edit,
  elements,
  findMember,
  insertMembers,
  members,
  removeMembers,
  type Span,
  stringAt,
} from '../../protocols/json-edit.ts';
import { memberName } from '../../protocols/openai-responses/parse-tools.ts';

/**
 * Puts the tools of groups into the list of tools, and their names, with the group's in front, into the calls of the
 * history: xAI knows no groups. Returns whether there were any, so that the answer's names must be put back.
 */
export function flattenTools(draft: BodyDraft): boolean {
  const { json } = draft;
  const tools = objectsOf(json, draft.find('tools'));
  const groups = tools.filter(({ start }) => textIn(json, start, 'type') === 'namespace');
  draft.edit(...groups.map((group) => flattened(json, group)));
  const calls = objectsOf(json, draft.find('input')).filter(({ start }) => findMember(json, 'namespace', start));
  draft.edit(...calls.flatMap((call) => renamed(json, call)));
  return groups.length > 0;
}

/** An empty group leaves a tool that nobody calls rather than a hole in the list. */
function flattened(json: Buffer, group: Span): Edit {
  const name = textIn(json, group.start, 'name') ?? '';
  const own = objectsOf(json, findMember(json, 'tools', group.start)).map((tool) => withGroup(json, tool, name));
  const nothing = `{"type":"function","name":${JSON.stringify(name)},"parameters":{"type":"object","properties":{}}}`;
  return { ...group, replacement: own.length > 0 ? own.join(',') : nothing };
}

function withGroup(json: Buffer, tool: Span, group: string): string {
  const name = findMember(json, 'name', tool.start);
  const text = json.toString('utf8', tool.start, tool.end);
  const own = name && stringAt(json, name);
  if (!name || own === undefined) return text;
  const head = json.toString('utf8', tool.start, name.start);
  return head + JSON.stringify(memberName(group, own)) + json.toString('utf8', name.end, tool.end);
}

function renamed(json: Buffer, call: Span): Edit[] {
  const group = textIn(json, call.start, 'namespace');
  const name = members(json, call.start).get('name');
  const own = name && stringAt(json, name);
  if (group === undefined || !name || own === undefined) return [];
  // Both at once: two edits next to each other could share a comma.
  const rest = removeMembers(json, ['namespace', 'name'], call.start);
  return [...rest, ...insertMembers(json, { name: JSON.stringify(memberName(group, own)) }, call.start)];
}

function textIn(json: Buffer, at: number, name: string): string | undefined {
  const span = findMember(json, name, at);
  return span && stringAt(json, span);
}

function objectsOf(json: Buffer, span: Span | undefined): Span[] {
  if (!span || json[span.start] !== 0x5b) return [];
  return elements(json, span).filter(({ start }) => json[start] === 0x7b);
}
