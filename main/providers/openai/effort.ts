import type { BodyDraft } from '../../protocols/body-draft.ts';
import { findMember, insertMembers } from '../../protocols/json-edit.ts';
import { fitThinking } from '../../protocols/thinking-fit.ts';
import type { ThinkingSupport, ThinkingWish } from '../../protocols/thinking-suffix.ts';

/** How a wish is told in OpenAI's formats; undefined for as much as the model likes, and for models that do not think. */
export function effortOf(wish: ThinkingWish, support: ThinkingSupport | undefined): string | undefined {
  const { kind, level } = fitThinking(wish, support);
  return kind === 'off' ? 'none' : kind === 'on' ? level : undefined;
}

/** Makes a body of Chat Completions think as the suffix of the model's name asks, over what the body itself says. */
export function setChatEffort(draft: BodyDraft, effort: string | undefined): void {
  for (const name of ['reasoning', 'thinking', 'enable_thinking', 'thinking_budget']) draft.remove(name);
  if (effort === undefined) draft.remove('reasoning_effort');
  else draft.set('reasoning_effort', JSON.stringify(effort));
}

/** The same in a body of the Responses API, whose `reasoning` has other members to keep. */
export function setResponsesEffort(draft: BodyDraft, effort: string | undefined): void {
  const reasoning = draft.find('reasoning');
  const isObject = reasoning !== undefined && draft.json[reasoning.start] === 0x7b;
  const value = effort === undefined ? 'null' : JSON.stringify(effort);
  if (!isObject) {
    if (effort !== undefined) draft.set('reasoning', `{"effort":${value}}`);
    return;
  }
  const known = findMember(draft.json, 'effort', reasoning.start);
  if (known) draft.edit({ ...known, replacement: value });
  else draft.edit(...insertMembers(draft.json, { effort: value }, reasoning.start));
}
