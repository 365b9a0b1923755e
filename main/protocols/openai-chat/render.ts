import type { Conversation, OutputShape } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { type Feature, FieldError } from '../features.ts';
import { type FittedThinking, fitThinking } from '../thinking-fit.ts';
import { createToolNaming } from '../tool-names.ts';
import type { RenderedRequest, RenderTarget } from '../translator.ts';
import { type ChatWays, waysOf } from './dialect.ts';
import { renderMessages } from './render-messages.ts';
import { namedTools, renderTools, wrappedTools } from './render-tools.ts';

/** Writes a request of Chat Completions for one upstream and model. Throws FieldError. */
export function renderChat(conversation: Conversation, target: RenderTarget): RenderedRequest {
  const { dialect, model, stream } = target;
  const { tools, user, serviceTier, cacheKey, verbosity, output } = conversation;
  const report = createReport(conversation);
  const carries = (feature: Feature) => dialect.treatments[feature].kind === 'carried';
  const naming = createToolNaming(
    namedTools(tools).map(({ name }) => name),
    dialect.toolNames,
  );
  const thinking = renderThinking(conversation, target, report);
  const sampling = renderSampling(conversation, target, waysOf(dialect), thinking.isOn, report);
  const messages = renderMessages(conversation, dialect, naming);
  if (messages.every(({ role }) => role === 'system'))
    throw new FieldError('messages', 'there is no message to answer');
  const body = defined({
    model,
    messages: output?.kind === 'json' ? sayingJson(messages) : messages,
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...renderTools(conversation, dialect, naming),
    ...sampling.fields,
    reasoning_effort: thinking.effort,
    response_format: output && renderOutput(output),
    verbosity: carries('verbosity') ? verbosity : undefined,
    user: carries('user') ? user : undefined,
    service_tier: carries('service-tier') ? serviceTier : undefined,
    prompt_cache_key: carries('cache-key') ? cacheKey : undefined,
  });
  return {
    body,
    notes: {
      toolNames: naming.renamed,
      wrappedTools: wrappedTools(tools, dialect),
      ...(sampling.cut.length > 0 ? { stop: sampling.cut } : {}),
    },
    ...report.lists(),
  };
}

/** Collects what is sent otherwise than asked, by the client's names. */
interface Report {
  changed(feature: Feature): void;
  dropped(feature: Feature): void;
  lists(): { changed: readonly string[]; dropped: readonly string[] };
}

function createReport({ uses }: Conversation): Report {
  const changed: string[] = [];
  const dropped: string[] = [];
  const fieldsOf = (feature: Feature) => uses.filter((use) => use.feature === feature).map(({ field }) => field);
  return {
    changed: (feature) => void changed.push(...fieldsOf(feature)),
    dropped: (feature) => void dropped.push(...fieldsOf(feature)),
    lists: () => ({ changed, dropped }),
  };
}

function renderThinking(
  { thinking }: Conversation,
  target: RenderTarget,
  report: Report,
): { effort: string | undefined; isOn: boolean } {
  const wish = target.thinking ?? thinking?.wish;
  const support = target.thinkingSupport;
  const thinksAnyway = support !== undefined && (support.levels.length > 0 || support.budget !== undefined);
  if (!wish) return { effort: undefined, isOn: thinksAnyway };
  const fitted = fitThinking(wish, support);
  if (fitted.kind === 'absent' && fitted.changed) report.dropped('thinking');
  else if (fitted.changed) report.changed('thinking');
  return { effort: effortOf(fitted), isOn: fitted.kind === 'on' || (fitted.kind === 'auto' && thinksAnyway) };
}

/** `auto` has no word in this format: it is what a model does when nothing is asked for. */
function effortOf({ kind, level }: FittedThinking): string | undefined {
  if (kind === 'off') return 'none';
  return kind === 'on' ? level : undefined;
}

interface RenderedSampling {
  fields: JsonObject;
  /** Stop sequences that are left to be cut here. */
  cut: readonly string[];
}

function renderSampling(
  { sampling }: Conversation,
  target: RenderTarget,
  ways: ChatWays,
  isThinking: boolean,
  report: Report,
): RenderedSampling {
  const { maxOutputTokens, temperature, topP, seed, presencePenalty, frequencyPenalty, stop = [] } = sampling;
  const limit = maxOutputTokens === undefined ? undefined : Math.min(maxOutputTokens, target.maxOutput);
  if (limit !== maxOutputTokens) report.changed('max-output');
  const always = { [ways.maxTokens]: limit, seed };
  if (isThinking && ways.plainThinking) {
    // 1 is what these models do anyway.
    if (temperature !== 1) report.dropped('temperature');
    if (topP !== 1) report.dropped('top-p');
    report.dropped('presence-penalty');
    report.dropped('frequency-penalty');
    return { fields: defined(always) as JsonObject, cut: stop };
  }
  const sent = stop.slice(0, ways.maxStops);
  const fields = defined({
    ...always,
    temperature,
    top_p: topP,
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
    stop: sent.length > 0 ? sent : undefined,
  });
  return { fields: fields as JsonObject, cut: stop.slice(ways.maxStops) };
}

function renderOutput(output: OutputShape): JsonObject {
  if (output.kind === 'json') return { type: 'json_object' };
  const { schema, name, description, strict } = output;
  const json_schema = defined({ name: schemaName(name), description, schema, strict });
  return { type: 'json_schema', json_schema };
}

/** The API wants a name of a tool's kind. */
function schemaName(name: string | undefined): string {
  return name?.replace(/[^\w-]/g, '_').slice(0, 64) || 'answer';
}

/** `json_object` is refused where no message speaks of JSON. */
function sayingJson(messages: readonly JsonObject[]): JsonObject[] {
  if (messages.some(({ content }) => /json/i.test(JSON.stringify(content) ?? ''))) return [...messages];
  const [first] = messages;
  const words = 'Answer with one JSON object.';
  if (first?.role !== 'system') return [{ role: 'system', content: words }, ...messages];
  return [{ ...first, content: `${String(first.content)}\n\n${words}` }, ...messages.slice(1)];
}
