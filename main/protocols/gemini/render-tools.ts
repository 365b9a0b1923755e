import type { Conversation, CustomTool, FunctionTool, Tool, ToolChoice } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import type { ToolNaming } from '../tool-names.ts';
import type { GeminiWays } from './dialect.ts';
import { cleanSchema } from './schema.ts';
import { tidySchema } from './schema-json.ts';

type NamedTool = FunctionTool | CustomTool;

interface ToolContext {
  naming: ToolNaming;
  ways: GeminiWays;
  /** The model takes JSON Schema, and tools of the provider beside functions. */
  isNewer: boolean;
}

export interface RenderedTools {
  fields: JsonObject;
  /** Tools of the provider had to be left out for the sake of the functions. */
  leftOut: readonly Tool[];
}

/** Tools with names. */
export function namedTools(tools: readonly Tool[]): NamedTool[] {
  return tools.filter((tool) => tool.kind === 'function' || tool.kind === 'custom');
}

/** Writes `tools` and `toolConfig`. */
export function renderTools({ tools, toolChoice }: Conversation, context: ToolContext): RenderedTools {
  const offered = namedTools(tools).filter(({ name }) => isOffered(name, toolChoice));
  const provided = tools.filter((tool) => tool.kind !== 'function' && tool.kind !== 'custom');
  // "Tool use with function calling is unsupported" before Gemini 3.
  const leftOut = offered.length > 0 && !context.isNewer ? provided : [];
  const functions = offered.map((tool) => renderFunction(tool, context));
  const list = [
    ...(functions.length > 0 ? [{ functionDeclarations: functions }] : []),
    ...provided.filter((tool) => !leftOut.includes(tool)).map(providedTool),
  ];
  const calling = functions.length > 0 ? callingConfig(toolChoice, offered, context) : undefined;
  return {
    fields: defined({
      tools: list.length > 0 ? list : undefined,
      toolConfig: calling && { functionCallingConfig: calling },
    }),
    leftOut,
  };
}

/** Where no call is demanded, a choice among some tools means that the others are not there. */
function isOffered(name: string, choice: ToolChoice | undefined): boolean {
  return choice?.kind !== 'some' || choice.mode === 'required' || choice.names.includes(name);
}

function providedTool(tool: Tool): JsonObject {
  if (tool.kind === 'web-search') return { googleSearch: {} };
  return tool.kind === 'code-execution' ? { codeExecution: {} } : { urlContext: {} };
}

function renderFunction(tool: NamedTool, { naming, ways, isNewer }: ToolContext): JsonObject {
  const schema = tool.kind === 'function' ? tool.schema : inputSchema(tool);
  const isJson = ways.schemas === 'json' && isNewer;
  const cleaned = isJson ? undefined : cleanSchema(schema, { ranges: ways.ranges, fillEmpty: ways.validated });
  return {
    name: naming.toUpstream(tool.name),
    ...defined({ description: tool.description }),
    ...(isJson ? { parametersJsonSchema: objectSchema(tidySchema(schema)) } : {}),
    // An object without properties is refused at the top.
    ...(cleaned?.properties === undefined ? {} : { parameters: cleaned }),
  };
}

function objectSchema(schema: JsonObject): JsonObject {
  return schema.type === undefined && schema.$ref === undefined ? { type: 'object', ...schema } : schema;
}

function inputSchema({ format }: CustomTool): JsonObject {
  const definition =
    typeof format === 'object' && format !== null && 'definition' in format ? format.definition : undefined;
  const description = typeof definition === 'string' ? `Free text of this grammar:\n${definition}` : undefined;
  const input = defined({ type: 'string', description });
  return { type: 'object', properties: { input }, required: ['input'] };
}

function callingConfig(
  choice: ToolChoice | undefined,
  offered: readonly NamedTool[],
  { naming, ways }: ToolContext,
): JsonObject | undefined {
  const isKnown = (name: string) => offered.some((tool) => tool.name === name);
  const free = ways.validated ? { mode: 'VALIDATED' } : undefined;
  switch (choice?.kind) {
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return isKnown(choice.name) ? { mode: 'ANY', allowedFunctionNames: [naming.toUpstream(choice.name)] } : free;
    case 'some': {
      const names = choice.names.filter(isKnown).map(naming.toUpstream);
      return choice.mode === 'required' && names.length > 0 ? { mode: 'ANY', allowedFunctionNames: names } : free;
    }
    default:
      return free ?? (choice ? { mode: 'AUTO' } : undefined);
  }
}
