import type { Conversation, CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import type { ToolNaming } from '../tool-names.ts';
import { cacheControl } from './render-parts.ts';
import type { RenderReport } from './report.ts';
import { inputSchema, strictSchema } from './schema.ts';

type ToolSettings = Pick<Conversation, 'tools' | 'toolChoice' | 'parallelToolCalls'>;

/** The name that the API gives to its own search. */
const searchName = 'web_search';

export interface RenderedTools {
  tools: JsonObject[];
  choice: JsonObject | undefined;
  /** Whether a tool is marked strict, which needs a beta. */
  hasStrict: boolean;
}

/** Writes `tools` and `tool_choice`. */
export function renderTools(
  { tools, toolChoice, parallelToolCalls }: ToolSettings,
  naming: ToolNaming,
  takesStrict: boolean,
  report: RenderReport,
): RenderedTools {
  const written = tools.flatMap((tool): JsonObject[] => {
    if (tool.kind === 'function' || tool.kind === 'custom') {
      if (!isOffered(tool.name, toolChoice)) return [];
      const name = naming.toUpstream(tool.name);
      return [tool.kind === 'function' ? renderFunction(tool, name, takesStrict, report) : renderCustom(tool, name)];
    }
    return tool.kind === 'web-search' && isOffered(searchName, toolChoice) ? [renderSearch(tool)] : [];
  });
  const nameOf = (name: string) => (isOwnSearch(name, tools) ? searchName : naming.toUpstream(name));
  const choice = written.length > 0 ? renderChoice(toolChoice, parallelToolCalls, nameOf) : undefined;
  return { tools: written, choice, hasStrict: written.some(({ strict }) => strict === true) };
}

function isOffered(name: string, choice: ToolChoice | undefined): boolean {
  if (choice?.kind !== 'some') return true;
  return choice.names.some((one) => one === name || (name === searchName && one.startsWith(searchName)));
}

/** Other formats choose their search by the type of the tool, `web_search_preview`. */
function isOwnSearch(name: string, tools: readonly Tool[]): boolean {
  return name.startsWith(searchName) && !tools.some((tool) => 'name' in tool && tool.name === name);
}

function renderFunction(
  { description, schema, strict, cache }: FunctionTool,
  name: string,
  takesStrict: boolean,
  report: RenderReport,
): JsonObject {
  const input = inputSchema(schema);
  const closed = strict && takesStrict ? strictSchema(input) : undefined;
  if (strict && !closed) report.dropped('strict-tool');
  return {
    name,
    ...defined({ description }),
    input_schema: closed ?? input,
    ...(closed ? { strict: true } : {}),
    ...cacheControl(cache),
  };
}

/** Free text goes in as the one member of the input; the answer adapter takes it out again. */
function renderCustom({ description, format }: CustomTool, name: string): JsonObject {
  const grammar = grammarOf(format);
  const input = defined({ type: 'string', description: grammar && `Free text of this grammar:\n${grammar}` });
  const schema = { type: 'object', properties: { input }, required: ['input'], additionalProperties: false };
  return { name, ...defined({ description }), input_schema: schema };
}

function grammarOf(format: Json | undefined): string | undefined {
  if (!isJsonObject(format)) return undefined;
  const { definition } = isJsonObject(format.grammar) ? format.grammar : format;
  return typeof definition === 'string' ? definition : undefined;
}

const placeFields = ['city', 'region', 'country', 'timezone'];

/** The API refuses empty lists of domains, and both lists at a time. */
function renderSearch({ allowedDomains, blockedDomains, maxUses, userLocation }: WebSearchTool): JsonObject {
  const place = Object.entries(userLocation ?? {}).filter(
    ([name, value]) => placeFields.includes(name) && typeof value === 'string' && value !== '',
  );
  return {
    type: 'web_search_20250305',
    name: searchName,
    ...defined({ max_uses: maxUses }),
    ...(allowedDomains?.length ? { allowed_domains: [...allowedDomains] } : {}),
    ...(blockedDomains?.length && !allowedDomains?.length ? { blocked_domains: [...blockedDomains] } : {}),
    ...(place.length > 0 ? { user_location: { type: 'approximate', ...Object.fromEntries(place) } } : {}),
  };
}

function renderChoice(
  choice: ToolChoice | undefined,
  parallelToolCalls: boolean | undefined,
  nameOf: (name: string) => string,
): JsonObject | undefined {
  const single = parallelToolCalls === false && choice?.kind !== 'none' ? { disable_parallel_tool_use: true } : {};
  if (!choice) return parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
  if (choice.kind === 'tool') return { type: 'tool', name: nameOf(choice.name), ...single };
  const mode = choice.kind === 'some' ? choice.mode : choice.kind;
  return { type: mode === 'required' ? 'any' : mode, ...single };
}
