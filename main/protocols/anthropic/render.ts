import type { Conversation, SystemText } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { objectsOf } from '../json-values.ts';
import { createToolNaming } from '../tool-names.ts';
import type { AnswerNotes, RenderedRequest, RenderTarget } from '../translator.ts';
import { fitCacheMarks } from './cache-marks.ts';
import { waysOf } from './dialect.ts';
import { endsWithPrefill, fitTurns, lacksThinking, renderMessages, renderSystem } from './render-messages.ts';
import { renderOutput, withOutputTool } from './render-output.ts';
import { renderSampling, renderThinking } from './render-thinking.ts';
import { renderTools } from './render-tools.ts';
import { createRenderReport, type RenderReport } from './report.ts';

const structuredOutputsBeta = 'structured-outputs-2025-12-15';
const midSystemBeta = 'mid-conversation-system-2026-04-07';

/** Writes a request of the Messages API for one upstream and model. Throws FieldError. */
export function renderAnthropic(conversation: Conversation, target: RenderTarget): RenderedRequest {
  const { dialect, model, stream } = target;
  const { tools, sampling, user, output: shape } = conversation;
  const ways = waysOf(dialect);
  const report = createRenderReport(conversation);
  const named = tools.filter((tool) => tool.kind === 'function' || tool.kind === 'custom');
  const naming = createToolNaming(
    named.map(({ name }) => name),
    dialect.toolNames,
  );
  const { system, turns } = fitTurns(conversation, dialect);
  const messages = renderMessages(turns, dialect, naming);
  const own = renderTools(conversation, naming, ways.structuredOutputs, report);
  const names = new Set(own.tools.map(({ name }) => String(name)));
  const output = renderOutput(shape, ways.structuredOutputs, names, report);
  const offered = output.tool ? withOutputTool(own, output.tool) : own;
  if (output.tool && offered === own) report.changed('schema-output');
  const maxTokens = limitOf(conversation, target, report);
  const isForced = offered.choice?.type === 'any' || offered.choice?.type === 'tool';
  const circumstances = {
    maxTokens,
    isRuledOut: isForced || endsWithPrefill(turns),
    lacksHistory: lacksThinking(turns),
  };
  const thinking = renderThinking(conversation, target, ways, circumstances, report);
  const stops = splitStops(sampling.stop);
  const body: JsonObject = {
    model,
    max_tokens: maxTokens,
    ...(stream ? { stream: true } : {}),
    ...renderSystem(withHint(system, output.hint)),
    messages,
    ...(offered.tools.length > 0 ? { tools: offered.tools } : {}),
    ...defined({ tool_choice: offered.choice }),
    ...thinking.fields,
    ...outputConfig(thinking.effort, output.format),
    ...renderSampling(sampling, ways, thinking.isOn, report),
    ...(stops.sent.length > 0 ? { stop_sequences: stops.sent } : {}),
    ...metadata(user, report),
  };
  if (fitCacheMarks({ tools: offered.tools, system: objectsOf(body.system), messages })) report.changed('cache-marks');
  const betas = [
    ...(output.format || offered.hasStrict ? [structuredOutputsBeta] : []),
    ...(turns.some(({ role }) => role === 'system') ? [midSystemBeta] : []),
  ];
  const notes: AnswerNotes = {
    toolNames: naming.renamed,
    wrappedTools: new Set(named.flatMap((tool) => (tool.kind === 'custom' ? [tool.name] : []))),
    ...(output.tool && offered !== own ? { outputTool: output.tool.name } : {}),
    ...(stops.cut.length > 0 ? { stop: stops.cut } : {}),
  };
  return { body, notes, ...report.lists(), ...(betas.length > 0 ? { betas } : {}) };
}

function limitOf({ sampling }: Conversation, { maxOutput }: RenderTarget, report: RenderReport): number {
  const wanted = sampling.maxOutputTokens;
  if (wanted === undefined || wanted < 1) return maxOutput;
  if (wanted > maxOutput) report.changed('max-output');
  return Math.min(Math.floor(wanted), maxOutput);
}

/** The API refuses sequences of white space alone: there the text is cut here. */
function splitStops(stop: readonly string[] = []): { sent: string[]; cut: string[] } {
  const isBlank = (sequence: string) => sequence.trim() === '';
  return {
    sent: stop.filter((sequence) => !isBlank(sequence)),
    cut: stop.filter((sequence) => sequence !== '' && isBlank(sequence)),
  };
}

function withHint(system: readonly SystemText[], hint: string | undefined): readonly SystemText[] {
  return hint === undefined ? system : [...system, { text: hint }];
}

function outputConfig(effort: string | undefined, format: JsonObject | undefined): JsonObject {
  const config = defined({ effort, format });
  return Object.keys(config).length > 0 ? { output_config: config } : {};
}

/** The field is for ids that say nothing about a person (Anthropic's API reference, `metadata.user_id`). */
function metadata(user: string | undefined, report: RenderReport): JsonObject {
  if (user === undefined) return {};
  if (/^[\w:-]{1,256}$/.test(user)) return { metadata: { user_id: user } };
  report.dropped('user');
  return {};
}
