import { applyEdits, elements, JsonSyntaxError, members } from '../../protocols/json-edit.ts';
import { skipBlank } from '../../protocols/json-scan.ts';
import { type AnswerRules, answerEdits, editMarkers } from './answer-edits.ts';
import { createCompletedOutput, outputMarkers } from './completed-output.ts';
import { fieldsOf } from './lenient-json.ts';

/** Puts answers right, one JSON text at a time. */
export interface AnswerEditor {
  /** Whether `bytes` (an answer, or a whole event) may need an edit. Native searches only. */
  concerns(bytes: Buffer): boolean;
  /** The text with its edits made, or the same buffer when it needs none or is not JSON. */
  edit(json: Buffer): Buffer;
}

/** Editor for one answer: its events in order when `stream`, else its body. Keeps the items of a Responses stream. */
export function createAnswerEditor(rules: AnswerRules, stream: boolean): AnswerEditor {
  const output = rules.format === 'openai-responses' && stream ? createCompletedOutput() : undefined;
  const markers = [...editMarkers(rules, stream), ...(output ? outputMarkers : [])];
  return {
    concerns: (bytes) => markers.some((marker) => bytes.includes(marker)),
    edit(json) {
      try {
        const edited = applyEdits(json, allEdits(json, rules));
        return output ? output.apply(edited) : edited;
      } catch (error) {
        if (error instanceof JsonSyntaxError) return json;
        throw error;
      }
    },
  };
}

/** Gemini answers a stream that was not asked for as events with an array of what would have been the events. */
function allEdits(json: Buffer, rules: AnswerRules) {
  const start = skipBlank(json, 0);
  if (json[start] !== 0x5b) return answerEdits(json, members(json), rules);
  const list = elements(json, { start, end: json.length });
  return list.flatMap((answer) => answerEdits(json, fieldsOf(json, answer), rules));
}
