import type { Conversation, OutputShape } from '../conversation.ts';
import { defined } from '../defined.ts';
import { type JsonObject, stringifyExact } from '../exact-json.ts';
import { type Feature, FieldError } from '../features.ts';
import { fitThinking } from '../thinking-fit.ts';
import { nearestLevel } from '../thinking-suffix.ts';
import { createToolNaming, type ToolNaming } from '../tool-names.ts';
import type { RenderedRequest, RenderTarget } from '../translator.ts';
import { type GeminiWays, isOlderGemini, waysOf } from './dialect.ts';
import { renderContents } from './render-contents.ts';
import { namedTools, renderTools } from './render-tools.ts';
import { cleanSchema } from './schema.ts';
import { tidySchema } from './schema-json.ts';

/** More are refused. */
const mostStops = 5;
const hottest = 2;

/** Writes a request of generateContent for one upstream and model. Throws FieldError. */
export function renderGemini(conversation: Conversation, target: RenderTarget): RenderedRequest {
  return new Rendering(conversation, target).request();
}

class Rendering {
  readonly #conversation: Conversation;
  readonly #target: RenderTarget;
  readonly #ways: GeminiWays;
  readonly #isNewer: boolean;
  readonly #changed: string[] = [];
  readonly #dropped: string[] = [];

  constructor(conversation: Conversation, target: RenderTarget) {
    this.#conversation = conversation;
    this.#target = target;
    this.#ways = waysOf(target.dialect);
    this.#isNewer = !isOlderGemini(target.model);
  }

  request(): RenderedRequest {
    const { tools, sampling } = this.#conversation;
    const named = namedTools(tools);
    const naming = createToolNaming(
      named.map(({ name }) => name),
      this.#target.dialect.toolNames,
    );
    const { fields, leftOut } = renderTools(this.#conversation, { naming, ways: this.#ways, isNewer: this.#isNewer });
    for (const { kind } of leftOut) this.#dropped.push(...this.#fieldsOf(featureOfTool[kind]));
    const contents = this.#contents(naming, leftOut.length === 0);
    const output = this.#output(named.length > 0);
    const generationConfig = { ...this.#sampling(), ...output.fields, ...this.#thinking() };
    const cut = sampling.stop?.slice(mostStops) ?? [];
    return {
      body: {
        ...this.#system(output.words),
        contents,
        ...fields,
        ...(Object.keys(generationConfig).length > 0 ? { generationConfig } : {}),
      },
      notes: {
        toolNames: naming.renamed,
        wrappedTools: new Set(named.filter(({ kind }) => kind === 'custom').map(({ name }) => name)),
        ...(cut.length > 0 ? { stop: cut } : {}),
      },
      changed: this.#changed,
      dropped: this.#dropped,
    };
  }

  #contents(naming: ToolNaming, hasProvidedTools: boolean): JsonObject[] {
    const { dialect } = this.#target;
    const contents = renderContents(this.#conversation, {
      dialect,
      naming,
      signsCalls: this.#isNewer && dialect.signatures === 'gemini',
      nestsMedia: this.#isNewer,
      runsCode: hasProvidedTools && this.#conversation.tools.some(({ kind }) => kind === 'code-execution'),
    });
    if (contents.length === 0) throw new FieldError('messages', 'there is no message to answer');
    return contents;
  }

  #system(more: readonly string[]): JsonObject {
    const texts = [...this.#conversation.system.map(({ text }) => text), ...more].filter((text) => text !== '');
    return texts.length > 0 ? { systemInstruction: { parts: texts.map((text) => ({ text })) } } : {};
  }

  /** The client's own names for a feature that it uses. */
  #fieldsOf(feature: Feature): string[] {
    return this.#conversation.uses.filter((use) => use.feature === feature).map(({ field }) => field);
  }

  #sampling(): JsonObject {
    const { maxOutputTokens, temperature, topP, topK, stop = [], seed, ...penalties } = this.#conversation.sampling;
    const limit = maxOutputTokens === undefined ? undefined : Math.min(maxOutputTokens, this.#target.maxOutput);
    if (limit !== maxOutputTokens) this.#changed.push(...this.#fieldsOf('max-output'));
    const heat = temperature === undefined ? undefined : Math.min(Math.max(temperature, 0), hottest);
    if (heat !== temperature) this.#changed.push(...this.#fieldsOf('temperature'));
    const sent = stop.slice(0, mostStops);
    return defined({
      maxOutputTokens: limit,
      temperature: heat,
      topP,
      topK,
      seed,
      presencePenalty: penalties.presencePenalty,
      frequencyPenalty: penalties.frequencyPenalty,
      stopSequences: sent.length > 0 ? sent : undefined,
    });
  }

  /** Models before Gemini 3 take no output format beside functions: there the instructions ask for it. */
  #output(hasFunctions: boolean): { fields: JsonObject; words: readonly string[] } {
    const { output } = this.#conversation;
    if (!output) return { fields: {}, words: [] };
    if (hasFunctions && !this.#isNewer) {
      this.#changed.push(...this.#fieldsOf(output.kind === 'json' ? 'json-output' : 'schema-output'));
      return { fields: {}, words: [outputWords(output)] };
    }
    const fields = {
      responseMimeType: 'application/json',
      ...(output.kind === 'schema' ? this.#schema(output.schema) : {}),
    };
    return { fields, words: [] };
  }

  #schema(schema: JsonObject): JsonObject {
    if (this.#isNewer && this.#ways.schemas === 'json') return { responseJsonSchema: tidySchema(schema) };
    return { responseSchema: cleanSchema(schema, { ranges: this.#ways.ranges, closed: true }) };
  }

  #thinking(): JsonObject {
    const { thinking } = this.#conversation;
    const { thinkingSupport: support } = this.#target;
    const wish = this.#target.thinking ?? thinking?.wish;
    if (!wish) return {};
    const { kind, level, budget, changed } = fitThinking(wish, support);
    if (kind === 'absent') {
      if (changed) this.#dropped.push(...this.#fieldsOf('thinking'));
      return {};
    }
    if (changed) this.#changed.push(...this.#fieldsOf('thinking'));
    if (kind === 'off') return { thinkingConfig: { thinkingBudget: 0 } };
    const includeThoughts = thinking?.visible ?? true;
    const takesLevels = support ? support.levels.length > 0 : this.#isNewer;
    const byLevel = takesLevels && (wish.kind === 'level' || budget === undefined);
    if (kind === 'auto') return { thinkingConfig: { includeThoughts, ...(takesLevels ? {} : { thinkingBudget: -1 }) } };
    const thinkingLevel = byLevel && level ? nearestLevel(level, ['minimal', 'low', 'medium', 'high']) : undefined;
    const amount = thinkingLevel ? { thinkingLevel } : defined({ thinkingBudget: budget });
    return { thinkingConfig: { includeThoughts, ...amount } };
  }
}

const featureOfTool = {
  'web-search': 'web-search',
  'code-execution': 'code-execution',
  'url-context': 'url-context',
  function: 'function-tool',
  custom: 'custom-tool',
} as const;

function outputWords(output: OutputShape): string {
  const words = 'Your final answer must be one JSON value and nothing else, without a code fence.';
  if (output.kind === 'json') return words;
  return `${words} It must match this JSON Schema:\n${stringifyExact(output.schema)}`;
}
