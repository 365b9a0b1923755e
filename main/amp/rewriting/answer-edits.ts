import { type Edit, insertMembers, type Span } from '../../protocols/json-edit.ts';
import type { WireFormatId } from '../../protocols/wire-format.ts';
import { fieldsOf, itemsOf, textOf } from './lenient-json.ts';
import type { ToolSpelling } from './tool-names.ts';

/** What has to be put right in an answer. */
export interface AnswerRules {
  format: WireFormatId;
  /** The name to show as the answer's model; absent when the upstream's is the one asked for. */
  model?: string;
  spelling: ToolSpelling;
}

type Fields = ReadonlyMap<string, Span>;

/**
 * Edits for one answer, or one event of a streamed one; `root` is its object, with nothing said about its shape. Gives
 * the client its model name and spelling of tool names, and Anthropic blocks the signature that Amp's terminal expects.
 * Throws JsonSyntaxError for malformed text.
 */
export function answerEdits(json: Buffer, root: Fields, rules: AnswerRules): Edit[] {
  return [...modelEdits(json, root, rules.model), ...editsByFormat[rules.format](json, root, rules.spelling)];
}

/** Byte sequences without one of which an answer or event needs no edit; searching is far cheaper than reading. */
export function editMarkers({ format, model }: AnswerRules, stream: boolean): readonly string[] {
  const markers = format === 'anthropic' && stream ? ['"content_block"'] : markersByFormat[format];
  return model === undefined ? markers : ['"model', ...markers];
}

const markersByFormat: Record<WireFormatId, readonly string[]> = {
  anthropic: ['"tool_use"', '"thinking"'],
  'openai-chat': ['"tool_calls"', '"function_call"'],
  'openai-responses': ['"function_call"', '"custom_tool_call"', 'call_arguments.done', 'call_input.done'],
  gemini: ['"functionCall"', '"function_call"'],
};

const editsByFormat: Record<WireFormatId, (json: Buffer, root: Fields, spelling: ToolSpelling) => Edit[]> = {
  anthropic: anthropicEdits,
  'openai-chat': chatEdits,
  'openai-responses': responsesEdits,
  gemini: geminiEdits,
};

/** All the places where a format keeps the model: `response` is Responses' event or Code Assist's wrapping of Gemini. */
function modelEdits(json: Buffer, root: Fields, model: string | undefined): Edit[] {
  if (model === undefined) return [];
  const holders = [root, fieldsOf(json, root.get('message')), fieldsOf(json, root.get('response'))];
  const spans = holders.flatMap((holder) => [holder.get('model'), holder.get('modelVersion')]);
  return spans.flatMap((span) => textEdit(json, span, () => model));
}

function anthropicEdits(json: Buffer, root: Fields, spelling: ToolSpelling): Edit[] {
  const message = fieldsOf(json, root.get('message'));
  const started = root.get('content_block');
  const blocks = [
    ...itemsOf(json, root.get('content')),
    ...itemsOf(json, message.get('content')),
    ...(started ? [started] : []),
  ];
  return blocks.flatMap((block) => {
    const fields = fieldsOf(json, block);
    const type = textOf(json, fields.get('type'));
    if (type === 'thinking') return signatureEdits(json, block, fields);
    if (type !== 'tool_use') return [];
    return [...signatureEdits(json, block, fields), ...textEdit(json, fields.get('name'), spelling)];
  });
}

/** Amp's terminal reads the length of signatures, so a missing one or null breaks it. */
function signatureEdits(json: Buffer, block: Span, fields: Fields): Edit[] {
  const signature = fields.get('signature');
  if (!signature) return insertMembers(json, { signature: '""' }, block.start);
  return textOf(json, signature) === undefined ? [{ ...signature, replacement: '""' }] : [];
}

function chatEdits(json: Buffer, root: Fields, spelling: ToolSpelling): Edit[] {
  const messages = itemsOf(json, root.get('choices')).flatMap((choice) => {
    const fields = fieldsOf(json, choice);
    return [fieldsOf(json, fields.get('delta')), fieldsOf(json, fields.get('message'))];
  });
  const named = messages.flatMap((message) => [
    fieldsOf(json, message.get('function_call')),
    ...itemsOf(json, message.get('tool_calls')).flatMap((call) => {
      const fields = fieldsOf(json, call);
      return [fieldsOf(json, fields.get('function')), fieldsOf(json, fields.get('custom'))];
    }),
  ]);
  return named.flatMap((call) => textEdit(json, call.get('name'), spelling));
}

const namedResponsesTypes: ReadonlySet<string | undefined> = new Set([
  'function_call',
  'custom_tool_call',
  'response.function_call_arguments.done',
  'response.custom_tool_call_input.done',
]);

/** A whole answer, an event around one (`response`), around one item of it, or one that itself names the tool. */
function responsesEdits(json: Buffer, root: Fields, spelling: ToolSpelling): Edit[] {
  const response = fieldsOf(json, root.get('response'));
  const items = [...itemsOf(json, root.get('output')), ...itemsOf(json, response.get('output'))];
  const named = [root, fieldsOf(json, root.get('item')), ...items.map((item) => fieldsOf(json, item))];
  return named
    .filter((fields) => namedResponsesTypes.has(textOf(json, fields.get('type'))))
    .flatMap((fields) => textEdit(json, fields.get('name'), spelling));
}

function geminiEdits(json: Buffer, root: Fields, spelling: ToolSpelling): Edit[] {
  const response = fieldsOf(json, root.get('response'));
  const candidates = [...itemsOf(json, root.get('candidates')), ...itemsOf(json, response.get('candidates'))];
  return candidates.flatMap((candidate) => {
    const content = fieldsOf(json, fieldsOf(json, candidate).get('content'));
    return itemsOf(json, content.get('parts')).flatMap((part) => {
      const fields = fieldsOf(json, part);
      const call = fieldsOf(json, fields.get('functionCall') ?? fields.get('function_call'));
      return textEdit(json, call.get('name'), spelling);
    });
  });
}

/** Replaces the string at `span` by what `change` makes of it; no edit when that is the same, or there is no string. */
function textEdit(json: Buffer, span: Span | undefined, change: (text: string) => string): Edit[] {
  const text = textOf(json, span);
  if (!span || text === undefined) return [];
  const changed = change(text);
  return changed === text ? [] : [{ ...span, replacement: JSON.stringify(changed) }];
}
