import { isObject, type JsonObject, objectsIn } from '../json.ts';
import type { FakeModel } from './models.ts';
import { schemaError, structuredOutputs } from './output.ts';

/** What is wrong with `tools` and `tool_choice`, in the words of the real service, or undefined. */
export function toolsError(body: JsonObject, model: FakeModel, beta: readonly string[]): string | undefined {
  const names = new Set<string>();
  for (const [index, tool] of objectsIn(body.tools).entries()) {
    const name = String(tool.name ?? '');
    const custom = tool.type === undefined || tool.type === 'custom';
    const kind = custom ? 'custom' : String(tool.type);
    const longest = model.version < 405 ? 64 : 128;
    if (!/^[a-zA-Z0-9_-]+$/.test(name) || name.length > longest)
      return `tools.${index}.${kind}.name: String should match pattern '^[a-zA-Z0-9_-]{1,${longest}}$'`;
    if (names.has(name)) return 'tools: Tool names must be unique.';
    names.add(name);
    const error = custom ? customError(tool, beta) : serverToolError(tool);
    if (error !== undefined) return `tools.${index}.${kind}.${error}`;
  }
  const choice = body.tool_choice;
  if (!isObject(choice)) return undefined;
  if (names.size === 0 && choice.type !== 'none') return 'tool_choice may only be specified while providing tools.';
  if (choice.type === 'tool' && !names.has(String(choice.name)))
    return `Tool '${String(choice.name)}' not found in provided tools`;
  return choice.type === 'none' && choice.disable_parallel_tool_use !== undefined
    ? 'tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted'
    : undefined;
}

function customError(tool: JsonObject, beta: readonly string[]): string | undefined {
  const schema = tool.input_schema;
  if (!isObject(schema)) return 'input_schema: Field required';
  if (schema.type !== 'object') return "input_schema.type: Input should be 'object'";
  if (['anyOf', 'oneOf', 'allOf'].some((name) => schema[name] !== undefined))
    return 'input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level';
  if (tool.strict === undefined) return undefined;
  if (!beta.includes(structuredOutputs)) return 'strict: Extra inputs are not permitted';
  return tool.strict === true ? schemaError(schema, 'input_schema') : undefined;
}

function serverToolError({ type, name, ...tool }: JsonObject): string | undefined {
  if (!String(type).startsWith('web_search_')) return undefined;
  if (name !== 'web_search') return "name: Input should be 'web_search'";
  const { allowed_domains: allowed, blocked_domains: blocked } = tool;
  if (allowed !== undefined && blocked !== undefined) return 'Cannot specify both allowed_domains and blocked_domains';
  const empty = [allowed, blocked].some((list) => Array.isArray(list) && list.length === 0);
  return empty ? 'allowed_domains: List should have at least 1 item after validation, not 0' : undefined;
}
