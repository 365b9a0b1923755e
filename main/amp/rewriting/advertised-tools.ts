import { JsonSyntaxError, members, type Span } from '../../protocols/json-edit.ts';
import { fieldsOf, itemsOf, textOf } from './lenient-json.ts';

/**
 * Names of the tools that a request of any format offers or forces: `tools[].name` (Anthropic, Responses),
 * `tools[].function.name` and `tools[].custom.name` (Chat), `tools[].functionDeclarations[].name` (Gemini) and the same
 * in `tool_choice`. Reads the places of the body, never builds it; a body that is not JSON advertises nothing.
 */
export function advertisedTools(body: Buffer): string[] {
  if (!body.includes('"tools"') && !body.includes('"tool_choice"')) return [];
  try {
    const fields = members(body);
    const choice = fields.get('tool_choice');
    const offered = itemsOf(body, fields.get('tools'));
    return [...new Set([...offered, ...(choice ? [choice] : [])].flatMap((tool) => namesIn(body, tool)))];
  } catch (error) {
    if (error instanceof JsonSyntaxError) return [];
    throw error;
  }
}

function namesIn(body: Buffer, tool: Span): string[] {
  const fields = fieldsOf(body, tool);
  const declarations = fields.get('functionDeclarations') ?? fields.get('function_declarations');
  const holders = [fields.get('function'), fields.get('custom'), ...itemsOf(body, declarations)];
  const spans = [fields.get('name'), ...holders.map((holder) => fieldsOf(body, holder).get('name'))];
  return spans.flatMap((span) => textOf(body, span) ?? []);
}
