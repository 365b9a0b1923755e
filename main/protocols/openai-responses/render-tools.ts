import type { FunctionTool, Tool, ToolChoice, WebSearchTool } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';

export interface ToolContext {
  /** The upstream's name of a tool. */
  nameOf(name: string): string;
  /** Custom tools (client's names) that go out as functions. */
  wrapped: ReadonlySet<string>;
}

/** Schema of a function that stands for a tool of free text. */
const freeText: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};

/** Tools as the Responses API lists them. Tools that it has no word for are refused by the dialect before. */
export function renderTools(tools: readonly Tool[], context: ToolContext): JsonObject[] {
  return tools.flatMap((tool) => renderTool(tool, context));
}

function renderTool(tool: Tool, { nameOf, wrapped }: ToolContext): JsonObject[] {
  switch (tool.kind) {
    case 'function':
      return [renderFunction(tool, nameOf(tool.name))];
    case 'custom': {
      const { description, format } = tool;
      const name = nameOf(tool.name);
      if (!wrapped.has(tool.name)) return [{ type: 'custom', name, ...defined({ description, format }) }];
      return [{ type: 'function', name, ...defined({ description }), parameters: freeText, strict: false }];
    }
    case 'web-search':
      return [renderWebSearch(tool)];
    default:
      return [];
  }
}

/** `strict` is on by default in this format and off in all others. */
export function renderFunction({ description, schema, strict }: FunctionTool, name: string): JsonObject {
  return {
    type: 'function',
    name,
    ...defined({ description }),
    parameters: objectSchema(schema),
    strict: strict ?? false,
  };
}

function objectSchema(schema: JsonObject): JsonObject {
  return schema.type === undefined ? { type: 'object', ...schema } : schema;
}

function renderWebSearch({ allowedDomains, userLocation }: WebSearchTool): JsonObject {
  const filters = allowedDomains && { allowed_domains: [...allowedDomains] };
  return { type: 'web_search', ...defined({ filters, user_location: userLocation }) };
}

/** The choice among the tools, which are the client's. */
export function renderToolChoice(
  choice: ToolChoice,
  tools: readonly Tool[],
  context: ToolContext,
): string | JsonObject {
  const chosen = (name: string) => choiceOf(name, tools, context);
  switch (choice.kind) {
    case 'tool':
      return chosen(choice.name);
    case 'some':
      return { type: 'allowed_tools', mode: choice.mode, tools: choice.names.map(chosen) };
    default:
      return choice.kind;
  }
}

function choiceOf(name: string, tools: readonly Tool[], { nameOf, wrapped }: ToolContext): JsonObject {
  const tool = tools.find((one) => 'name' in one && one.name === name);
  if (!tool && name === 'web_search') return { type: 'web_search' };
  const type = tool?.kind === 'custom' && !wrapped.has(name) ? 'custom' : 'function';
  return { type, name: nameOf(name) };
}
