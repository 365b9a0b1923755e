import type { Conversation, OutputShape } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import type { Feature } from '../features.ts';
import { fitThinking } from '../thinking-fit.ts';
import { createToolNaming } from '../tool-names.ts';
import type { AnswerNotes, RenderedRequest, RenderTarget } from '../translator.ts';
import { renderItems } from './render-input.ts';
import { renderToolChoice, renderTools } from './render-tools.ts';

/** Least output that the API takes, in tokens. */
const leastOutput = 16;

/** Writes a conversation as a request of the Responses API. Throws FieldError. */
export function renderRequest(conversation: Conversation, target: RenderTarget): RenderedRequest {
  return new Rendering(conversation, target).request();
}

class Rendering {
  readonly #conversation: Conversation;
  readonly #target: RenderTarget;
  readonly #changed: string[] = [];
  readonly #dropped: string[] = [];

  constructor(conversation: Conversation, target: RenderTarget) {
    this.#conversation = conversation;
    this.#target = target;
  }

  request(): RenderedRequest {
    const { tools, stream, cacheKey, user, metadata } = this.#conversation;
    const { dialect, model } = this.#target;
    const wrapped = new Set(this.#has('custom-tool') ? [] : namesOf(tools.filter(({ kind }) => kind === 'custom')));
    const naming = createToolNaming(namesOf(tools), dialect.toolNames);
    const context = { nameOf: naming.toUpstream, wrapped };
    const input = renderItems(this.#conversation, { dialect, naming, wrapsCustom: !this.#has('custom-tool') });
    const body: JsonObject = {
      model,
      stream,
      store: false,
      input,
      ...this.#tools(context),
      ...this.#sampling(),
      ...this.#thinking(),
      ...this.#text(),
      ...defined({
        service_tier: this.#serviceTier(),
        prompt_cache_key: this.#has('cache-key') ? cacheKey : undefined,
        user: this.#has('user') ? user : undefined,
        metadata: this.#has('metadata') ? metadata : undefined,
      }),
    };
    const notes = { toolNames: naming.renamed, wrappedTools: wrapped, ...this.#limits() };
    return { body, notes, changed: this.#changed, dropped: this.#dropped };
  }

  /** Whether the upstream takes the feature by itself. */
  #has(feature: Feature): boolean {
    return this.#target.dialect.treatments[feature].kind === 'carried';
  }

  /** The client's own name for a feature that it uses. */
  #fieldOf(feature: Feature): string[] {
    return this.#conversation.uses.filter((use) => use.feature === feature).map(({ field }) => field);
  }

  #tools(context: Parameters<typeof renderTools>[1]): JsonObject {
    const { tools, toolChoice, parallelToolCalls } = this.#conversation;
    const rendered = renderTools(tools, context);
    if (rendered.length === 0) return {};
    if (tools.some((tool) => tool.kind === 'web-search' && tool.blockedDomains)) {
      this.#dropped.push(...this.#fieldOf('web-search-domains'));
    }
    return {
      tools: rendered,
      ...defined({
        tool_choice: toolChoice && renderToolChoice(toolChoice, tools, context),
        parallel_tool_calls: this.#has('single-tool-call') ? parallelToolCalls : undefined,
      }),
    };
  }

  #sampling(): JsonObject {
    const { maxOutputTokens, temperature, topP } = this.#conversation.sampling;
    return defined({
      max_output_tokens: this.#has('max-output') ? this.#within(maxOutputTokens) : undefined,
      temperature: this.#has('temperature') ? temperature : undefined,
      top_p: this.#has('top-p') ? topP : undefined,
    });
  }

  #within(asked: number | undefined): number | undefined {
    if (asked === undefined) return undefined;
    const fitted = Math.max(Math.min(asked, this.#target.maxOutput), leastOutput);
    if (fitted !== asked) this.#changed.push(...this.#fieldOf('max-output'));
    return fitted;
  }

  #limits(): Pick<AnswerNotes, 'stop' | 'maxOutputTokens'> {
    const { stop, maxOutputTokens } = this.#conversation.sampling;
    const cutsOutput = this.#target.dialect.treatments['max-output'].kind === 'emulated';
    return defined({
      stop: stop && stop.length > 0 ? stop : undefined,
      maxOutputTokens: cutsOutput ? maxOutputTokens : undefined,
    });
  }

  /** Reasoning comes back encrypted, so that it can be sent again without being stored at the provider. */
  #thinking(): JsonObject {
    const { thinking } = this.#conversation;
    const { thinkingSupport: support } = this.#target;
    const wish = this.#target.thinking ?? thinking?.wish;
    const thinks = support ? support.levels.length > 0 : wish !== undefined && wish.kind !== 'none';
    const include: JsonObject = thinks ? { include: ['reasoning.encrypted_content'] } : {};
    if (!wish) return include;
    const fitted = fitThinking(wish, support);
    if (fitted.changed) this.#changed.push(...this.#fieldOf('thinking'));
    if (fitted.kind === 'absent') return {};
    if (fitted.kind === 'off') return { reasoning: { effort: 'none' } };
    const effort = fitted.kind === 'on' ? fitted.level : undefined;
    const summary = thinking?.visible === false ? undefined : (thinking?.summary ?? 'auto');
    return { ...include, reasoning: defined({ effort, summary }) };
  }

  #text(): JsonObject {
    const { output, verbosity } = this.#conversation;
    const format = output && this.#format(output);
    const text = defined({ format, verbosity: this.#has('verbosity') ? verbosity : undefined });
    return Object.keys(text).length > 0 ? { text } : {};
  }

  #format(output: OutputShape): JsonObject {
    if (output.kind === 'schema') {
      const { schema, description, strict } = output;
      const name = (output.name ?? '').replace(/[^\w-]/g, '_').slice(0, 64) || 'output';
      return { type: 'json_schema', name, schema, ...defined({ description, strict }) };
    }
    if (this.#has('json-output')) return { type: 'json_object' };
    return {
      type: 'json_schema',
      name: 'output',
      schema: { type: 'object', additionalProperties: true },
      strict: false,
    };
  }

  #serviceTier(): string | undefined {
    const { serviceTier } = this.#conversation;
    return this.#has('service-tier') && serviceTier === 'priority' ? serviceTier : undefined;
  }
}

function namesOf(tools: Conversation['tools']): string[] {
  return tools.flatMap((tool) => ('name' in tool ? [tool.name] : []));
}
