import type { FinishReason } from '../answer.ts';
import type { Conversation, FunctionTool, Tool } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { Json, JsonObject } from '../exact-json.ts';
import type { Feature } from '../features.ts';
import type { EncodeContext } from '../translator.ts';
import type { Usage } from '../wire-format.ts';
import { renderFunction, renderToolChoice, renderTools } from './render-tools.ts';
import { renderUsage } from './usage.ts';

/** What a response says of its request, whatever its state. */
export type ResponseFrame = (state: JsonObject) => JsonObject;

/**
 * Makes the frame of one answer's response objects. Settings are echoed as far as the upstream got them; what was
 * dropped or changed is null.
 */
export function responseFrame(id: string, context: EncodeContext): ResponseFrame {
  const { conversation, createdAt, model } = context;
  const head = { id, object: 'response', created_at: createdAt };
  const settings = echoOf(conversation, context.unapplied ?? []);
  return (state) => ({ ...head, error: null, incomplete_details: null, model, ...settings, usage: null, ...state });
}

/** The state in which an answer ended. */
export function finalState(reason: FinishReason, output: JsonObject[], usage: Usage | undefined): JsonObject {
  const incomplete = incompleteReason(reason);
  return {
    status: incomplete === undefined ? 'completed' : 'incomplete',
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    output,
    usage: usage ? renderUsage(usage) : null,
  };
}

function incompleteReason(reason: FinishReason): string | undefined {
  if (reason === 'max-output' || reason === 'context-full') return 'max_output_tokens';
  return reason === 'refusal' ? 'content_filter' : undefined;
}

function echoOf(conversation: Conversation, unapplied: readonly string[]): JsonObject {
  const { sampling, thinking, tools, toolChoice, uses } = conversation;
  const isApplied = (feature: Feature): boolean => {
    const fields = uses.filter((use) => use.feature === feature).map(({ field }) => field);
    return !fields.some((field) => unapplied.includes(field));
  };
  const applied = (feature: Feature, value: Json | undefined): Json => (isApplied(feature) ? (value ?? null) : null);
  const context = { nameOf: (name: string) => name, wrapped: new Set<string>() };
  return {
    background: false,
    instructions: instructionsOf(conversation),
    max_output_tokens: applied('max-output', sampling.maxOutputTokens),
    max_tool_calls: null,
    parallel_tool_calls: !(conversation.parallelToolCalls === false && isApplied('single-tool-call')),
    previous_response_id: null,
    prompt_cache_key: conversation.cacheKey ?? null,
    reasoning: { effort: applied('thinking', effortOf(conversation)), summary: thinking?.summary ?? null },
    store: false,
    temperature: applied('temperature', sampling.temperature),
    text: defined({
      format: formatOf(conversation),
      verbosity: isApplied('verbosity') ? conversation.verbosity : undefined,
    }),
    tool_choice: toolChoice ? renderToolChoice(toolChoice, tools, context) : 'auto',
    tools: echoedTools(tools),
    top_logprobs: 0,
    top_p: applied('top-p', sampling.topP),
    truncation: 'disabled',
    metadata: conversation.metadata ?? {},
  };
}

/** Only `instructions` are echoed by that name, not the system's messages. */
function instructionsOf({ system, uses }: Conversation): Json {
  const isGiven = uses.some(({ feature, field }) => feature === 'system' && field === 'instructions');
  return isGiven ? (system[0]?.text ?? null) : null;
}

function effortOf({ thinking }: Conversation): Json {
  if (!thinking || thinking.wish.kind === 'auto') return null;
  if (thinking.wish.kind === 'none') return 'none';
  return thinking.wish.kind === 'level' ? thinking.wish.level : null;
}

function formatOf({ output }: Conversation): JsonObject {
  if (!output) return { type: 'text' };
  if (output.kind === 'json') return { type: 'json_object' };
  const { schema, name, description, strict } = output;
  return { type: 'json_schema', name: name ?? 'output', schema, ...defined({ description, strict }) };
}

/** As the client listed them: members of a group within their group. */
function echoedTools(tools: readonly Tool[]): JsonObject[] {
  const groups = new Map<string, JsonObject[]>();
  return tools.flatMap((tool) => {
    if (tool.kind !== 'function' || !tool.member) {
      return renderTools([tool], { nameOf: (name) => name, wrapped: new Set() });
    }
    const known = groups.get(tool.member.group);
    const members = known ?? [];
    members.push(renderFunction(tool satisfies FunctionTool, tool.member.name));
    groups.set(tool.member.group, members);
    return known ? [] : [{ type: 'namespace', name: tool.member.group, tools: members }];
  });
}
