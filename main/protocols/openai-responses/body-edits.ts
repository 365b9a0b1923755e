import { BodyDraft } from '../body-draft.ts';
import { type Edit, elements, findMember, removeElements, stringAt } from '../json-edit.ts';

/** The body without its reasoning items; undefined where it has none. Throws JsonSyntaxError. */
export function withoutReasoning(body: Buffer): Buffer | undefined {
  const draft = new BodyDraft(body);
  const span = draft.find('input');
  if (!span || body[span.start] !== 0x5b) return undefined;
  const indexes = elements(body, span).flatMap((place, index) => (isReasoning(body, place.start) ? [index] : []));
  if (indexes.length === 0) return undefined;
  draft.edit(...removeElements(body, span, indexes));
  return Buffer.concat(draft.finish());
}

function isReasoning(body: Buffer, at: number): boolean {
  const type = body[at] === 0x7b ? findMember(body, 'type', at) : undefined;
  return type !== undefined && stringAt(body, type) === 'reasoning';
}

/** Spells the tool for web searches as it is called now. */
export function renamePreviewSearch(draft: BodyDraft): void {
  const span = draft.find('tools');
  if (!span || draft.json[span.start] !== 0x5b) return;
  const edits = elements(draft.json, span).flatMap(({ start }): Edit[] => {
    const type = draft.json[start] === 0x7b ? findMember(draft.json, 'type', start) : undefined;
    const isPreview = type !== undefined && stringAt(draft.json, type)?.startsWith('web_search_preview');
    return type && isPreview ? [{ ...type, replacement: '"web_search"' }] : [];
  });
  draft.edit(...edits);
}

/** Whether the body lists a tool. */
export function hasTools(draft: BodyDraft): boolean {
  const span = draft.find('tools');
  return span !== undefined && draft.json[span.start] === 0x5b && elements(draft.json, span).length > 0;
}

/** Whether a member is there and not null. */
export function says(draft: BodyDraft, name: string): boolean {
  const span = draft.find(name);
  return span !== undefined && draft.json[span.start] !== 0x6e;
}

/** A text `input` as the one message that it stands for. */
export function inputAsItems(draft: BodyDraft): void {
  const span = draft.find('input');
  if (!span || draft.json[span.start] !== 0x22) return;
  const text = draft.json.toString('utf8', span.start, span.end);
  draft.set('input', `[{"type":"message","role":"user","content":[{"type":"input_text","text":${text}}]}]`);
}

/** Asks for reasoning in a form that can be sent again without having been stored. */
export function includeEncryptedReasoning(draft: BodyDraft): void {
  const wanted = 'reasoning.encrypted_content';
  const include = draft.find('include');
  const known = include && draft.json[include.start] === 0x5b ? draft.value('include') : [];
  const names = Array.isArray(known) ? known : [];
  if (!names.includes(wanted)) draft.set('include', JSON.stringify([...names, wanted]));
}
