import type { BodyDraft } from '../../protocols/body-draft.ts';
import { elements, findMember, stringAt } from '../../protocols/json-edit.ts';

/** Calls developers' messages `system` where a server knows no other name for them. Throws JsonSyntaxError. */
export function namingSystem(draft: BodyDraft): void {
  const { json } = draft;
  const span = draft.find('messages');
  // Nearly no request has one.
  if (!span || json[span.start] !== 0x5b || !json.includes('"developer"', span.start)) return;
  for (const { start } of elements(json, span)) {
    const role = json[start] === 0x7b ? findMember(json, 'role', start) : undefined;
    if (role && stringAt(json, role) === 'developer') draft.edit({ ...role, replacement: '"system"' });
  }
}
