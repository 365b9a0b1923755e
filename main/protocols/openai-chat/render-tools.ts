import type { Conversation, CustomTool, FunctionTool, Tool, ToolChoice } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../exact-json.ts';
import type { Dialect } from '../features.ts';
import type { ToolNaming } from '../tool-names.ts';

type NamedTool = FunctionTool | CustomTool;

/** Tools with names; the dialect decides what becomes of the others. */
export function namedTools(tools: readonly Tool[]): NamedTool[] {
  return tools.filter((tool) => tool.kind === 'function' || tool.kind === 'custom');
}

/** Custom tools that go out as functions, by their names. */
export function wrappedTools(tools: readonly Tool[], dialect: Dialect): ReadonlySet<string> {
  const isCarried = dialect.treatments['custom-tool'].kind === 'carried';
  return new Set(isCarried ? [] : tools.flatMap((tool) => (tool.kind === 'custom' ? [tool.name] : [])));
}

/** Writes `tools`, `tool_choice` and `parallel_tool_calls`; nothing without tools, which the API refuses. */
export function renderTools(
  { tools, toolChoice, parallelToolCalls }: Pick<Conversation, 'tools' | 'toolChoice' | 'parallelToolCalls'>,
  dialect: Dialect,
  naming: ToolNaming,
): JsonObject {
  const wrapped = wrappedTools(tools, dialect);
  const isSubsetCarried = dialect.treatments['tool-subset'].kind === 'carried';
  const offered = namedTools(tools).filter(({ name }) => isSubsetCarried || isChoosable(name, toolChoice));
  if (offered.length === 0) return {};
  const kindOf = (name: string) =>
    offered.some((tool) => tool.kind === 'custom' && tool.name === name && !wrapped.has(name)) ? 'custom' : 'function';
  const chosen = (name: string): JsonObject => ({
    type: kindOf(name),
    [kindOf(name)]: { name: naming.toUpstream(name) },
  });
  return defined({
    tools: offered.map((tool) => renderTool(tool, naming.toUpstream(tool.name), wrapped.has(tool.name))),
    tool_choice: toolChoice && renderChoice(toolChoice, chosen, isSubsetCarried),
    parallel_tool_calls: parallelToolCalls,
  });
}

function isChoosable(name: string, choice: ToolChoice | undefined): boolean {
  return choice?.kind !== 'some' || choice.names.includes(name);
}

function renderTool(tool: NamedTool, name: string, isWrapped: boolean): JsonObject {
  if (tool.kind === 'function') {
    const { description, schema: parameters, strict } = tool;
    return { type: 'function', function: defined({ name, description, parameters, strict: strict || undefined }) };
  }
  if (isWrapped) return { type: 'function', function: wrapped(tool, name) };
  return {
    type: 'custom',
    custom: defined({ name, description: tool.description, format: nestedFormat(tool.format) }),
  };
}

/** The Responses format has a grammar's text and syntax one level higher. */
function nestedFormat(format: Json | undefined): Json | undefined {
  if (!isJsonObject(format) || format.type !== 'grammar' || format.grammar !== undefined) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

function wrapped({ description, format }: CustomTool, name: string): JsonObject {
  const grammar = grammarOf(format);
  const input = defined({ type: 'string', description: grammar && `Free text of this grammar:\n${grammar}` });
  const parameters = { type: 'object', properties: { input }, required: ['input'], additionalProperties: false };
  return defined({ name, description, parameters });
}

function grammarOf(format: Json | undefined): string | undefined {
  if (!isJsonObject(format)) return undefined;
  const { definition } = isJsonObject(format.grammar) ? format.grammar : format;
  return typeof definition === 'string' ? definition : undefined;
}

function renderChoice(choice: ToolChoice, chosen: (name: string) => JsonObject, isSubsetCarried: boolean): Json {
  if (choice.kind === 'tool') return chosen(choice.name);
  if (choice.kind !== 'some') return choice.kind;
  if (!isSubsetCarried) return choice.mode;
  return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: choice.names.map(chosen) } };
}
