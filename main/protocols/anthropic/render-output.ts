import type { OutputShape } from '../conversation.ts';
import type { JsonObject } from '../exact-json.ts';
import type { RenderedTools } from './render-tools.ts';
import type { RenderReport } from './report.ts';
import { inputSchema, strictSchema } from './schema.ts';

/** How the shape of an answer is asked for. */
export interface RenderedOutput {
  /** `output_config.format`. */
  format?: JsonObject;
  /** The tool whose input is the answer. */
  tool?: JsonObject & { name: string };
  /** What the system prompt says about it. */
  hint?: string;
}

const jsonHint = 'Answer with one JSON object and nothing else: no code fence, no words around it.';

/** Asks for an answer's shape in the way that the model has. Throws FieldError for a schema that none of them takes. */
export function renderOutput(
  output: OutputShape | undefined,
  hasFormat: boolean,
  takenNames: ReadonlySet<string>,
  report: RenderReport,
): RenderedOutput {
  if (!output) return {};
  if (output.kind === 'json') return { hint: jsonHint };
  const closed = hasFormat ? strictSchema(output.schema) : undefined;
  if (closed) return { format: { type: 'json_schema', schema: closed } };
  const { schema, description = 'Gives the answer. Call it once, with the whole answer.' } = output;
  if (schema.type !== undefined && schema.type !== 'object')
    throw report.refusal('schema-output', 'this model answers with JSON objects only');
  if (hasFormat) report.changed('schema-output');
  return { tool: { name: freeName(output.name, takenNames), description, input_schema: inputSchema(schema) } };
}

function freeName(wanted: string | undefined, taken: ReadonlySet<string>): string {
  const base = wanted?.replace(/[^\w-]/g, '_').slice(0, 60) || 'answer';
  for (let count = 0; ; count++) {
    const name = count === 0 ? base : `${base}_${count}`;
    if (!taken.has(name)) return name;
  }
}

/**
 * The tools with the one that carries the answer: the model calls it, or one of the others first. The same tools where the
 * client forces one of its own, whose call comes before any answer.
 */
export function withOutputTool(own: RenderedTools, tool: JsonObject & { name: string }): RenderedTools {
  const { tools, choice, hasStrict } = own;
  if (choice?.type === 'tool' || choice?.type === 'any') return own;
  const mayCallOthers = tools.length > 0 && choice?.type !== 'none';
  const forced = mayCallOthers ? { type: 'any' } : { type: 'tool', name: tool.name };
  return { tools: [...tools, tool], choice: { ...forced, disable_parallel_tool_use: true }, hasStrict };
}
