import { BodyDraft } from '../../protocols/body-draft.ts';
import { isJsonObject, type Json, type JsonObject, parseExact, stringifyExact } from '../../protocols/exact-json.ts';
import { openRequest } from '../../protocols/gemini/envelope.ts';
import { cleanSchema } from '../../protocols/gemini/schema.ts';
import { elements, insertMembers, JsonSyntaxError, members, type Span } from '../../protocols/json-edit.ts';
import { objectOf } from '../../protocols/json-values.ts';
import { fitThinking } from '../../protocols/thinking-fit.ts';
import type { ModelInfo, ProviderRequest } from '../contract.ts';

/** What an upstream's body differs in. */
export interface BodyRules {
  /** Members that the upstream does not take; camel case. */
  refused?: readonly string[];
  /** Turns must say whose they are. */
  needsRoles?: boolean;
  /** Calls are checked against the older schema object: `parametersJsonSchema` becomes `parameters`. */
  plainSchemas?: boolean;
  /** Claude models: mode VALIDATED, and thinking within the output limit. */
  validated?: boolean;
}

export interface PreparedBody {
  /** Pieces of the request, without envelope. */
  body: readonly Buffer[];
  dropped: readonly string[];
  changed: readonly string[];
}

/** Of no use for counting, and refused there. */
const notCounted = ['tools', 'toolConfig', 'generationConfig', 'safetySettings', 'cachedContent', 'labels'];

/**
 * Makes a request fit for one of Google's upstreams. What nothing is said of keeps its bytes, the conversation with its
 * signatures above all. Throws JsonSyntaxError when the body is not a JSON object.
 */
export function prepareBody(request: ProviderRequest, info: ModelInfo, rules: BodyRules): PreparedBody {
  const opened = openRequest(request.body, request.members);
  const draft = opened ? new BodyDraft(opened.request) : new BodyDraft(request.body, request.members);
  const edits = new BodyEdits(draft);
  edits.remove('model');
  const isCount = request.operation === 'count-tokens';
  const left = [...(rules.refused ?? []), ...(isCount ? notCounted : [])].filter((name) => edits.remove(name));
  if (isCount) edits.nameCounted(request.model);
  if (rules.needsRoles) edits.addRoles();
  if (!isCount) {
    if (rules.plainSchemas) edits.cleanSchemas(rules);
    if (rules.validated) edits.validate();
    edits.configure(request, info, rules);
  }
  return { body: draft.finish(), dropped: isCount ? [] : left, changed: edits.changed };
}

class BodyEdits {
  readonly changed: string[] = [];
  readonly #draft: BodyDraft;

  constructor(draft: BodyDraft) {
    this.#draft = draft;
  }

  /** Whether there was such a member, in either spelling. */
  remove(name: string): boolean {
    const found = this.#spelling(name);
    if (found === undefined) return false;
    this.#draft.remove(found);
    return true;
  }

  /** A whole request that is to be counted names its model itself. */
  nameCounted(model: string): void {
    const counted = this.#find('generateContentRequest');
    const { json } = this.#draft;
    const known = counted && json[counted.start] === 0x7b ? members(json, counted.start).get('model') : undefined;
    if (known) this.#draft.edit({ ...known, replacement: JSON.stringify(`models/${model}`) });
  }

  addRoles(): void {
    const contents = this.#find('contents');
    const { json } = this.#draft;
    if (!contents || json[contents.start] !== 0x5b) return;
    for (const { start } of elements(json, contents)) {
      if (json[start] !== 0x7b || members(json, start).has('role')) continue;
      this.#draft.edit(...insertMembers(json, { role: '"user"' }, start));
    }
  }

  cleanSchemas({ validated = false }: BodyRules): void {
    const tools = this.#value('tools');
    if (!Array.isArray(tools)) return;
    const cleaned = tools.map((tool) => (isJsonObject(tool) ? withPlainSchemas(tool, validated) : tool));
    const text = stringifyExact(cleaned);
    if (text !== stringifyExact(tools)) this.#set('tools', text);
  }

  /** Calls of Claude models are checked; only who wants none, or a certain one, says otherwise. */
  validate(): void {
    const config = this.#value('toolConfig');
    const calling = isJsonObject(config) ? (config.functionCallingConfig ?? config.function_calling_config) : undefined;
    const mode = isJsonObject(calling) ? calling.mode : undefined;
    const tools = this.#value('tools');
    const hasFunctions =
      Array.isArray(tools) &&
      tools.some((one) => isJsonObject(one) && (one.functionDeclarations ?? one.function_declarations));
    if (!hasFunctions || mode === 'NONE' || mode === 'ANY' || mode === 'VALIDATED') return;
    this.#set('toolConfig', '{"functionCallingConfig":{"mode":"VALIDATED"}}');
  }

  /** Clamps the output limit and makes the model think as its name's suffix asks. */
  configure({ thinking }: ProviderRequest, info: ModelInfo, { validated }: BodyRules): void {
    const config = this.#value('generationConfig');
    const before = objectOf(config);
    const after = { ...before };
    const limitName = 'maxOutputTokens' in before ? 'maxOutputTokens' : 'max_output_tokens';
    const limit = before[limitName];
    if (typeof limit === 'number' && limit > info.maxOutput) {
      after[limitName] = info.maxOutput;
      this.changed.push(`generationConfig.${limitName}`);
    }
    const thinkingName = 'thinking_config' in before ? 'thinking_config' : 'thinkingConfig';
    const known = before[thinkingName];
    if (thinking) {
      const config = thinkingConfig(thinking, info, objectOf(known));
      if (config) after[thinkingName] = config;
      else delete after[thinkingName];
    }
    if (validated) this.#limitThinking(after, thinkingName, after[limitName] ?? info.maxOutput);
    const text = stringifyExact(after);
    if (text !== stringifyExact(before)) this.#set('generationConfig', text);
  }

  /** Claude models refuse a budget that leaves no room for an answer. */
  #limitThinking(config: JsonObject, name: string, limit: Json): void {
    const thinking = config[name];
    if (!isJsonObject(thinking) || typeof limit !== 'number') return;
    const budgetName = 'thinking_budget' in thinking ? 'thinking_budget' : 'thinkingBudget';
    const budget = thinking[budgetName];
    if (typeof budget !== 'number' || budget < limit) return;
    config[name] = { ...thinking, [budgetName]: Math.max(limit - 1, 0) };
    this.changed.push(`generationConfig.${name}.${budgetName}`);
  }

  #spelling(name: string): string | undefined {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [name, snake].find((one) => this.#draft.find(one));
  }

  #find(name: string): Span | undefined {
    const found = this.#spelling(name);
    return found === undefined ? undefined : this.#draft.find(found);
  }

  #value(name: string): Json | undefined {
    const span = this.#find(name);
    return span && valueAt(this.#draft.json, span);
  }

  #set(name: string, json: string): void {
    this.#draft.set(this.#spelling(name) ?? name, json);
  }
}

/** Whether thoughts are shown stays the client's choice. */
function thinkingConfig(
  wish: NonNullable<ProviderRequest['thinking']>,
  { thinking: support }: ModelInfo,
  before: JsonObject,
): JsonObject | undefined {
  const { kind, level, budget } = fitThinking(wish, support);
  if (kind === 'absent') return undefined;
  const shown = before.includeThoughts ?? before.include_thoughts;
  const visible = shown === undefined ? {} : { includeThoughts: shown };
  if (kind === 'off') return { ...visible, thinkingBudget: 0 };
  const takesLevels = (support?.levels.length ?? 0) > 0;
  if (kind === 'auto') return { ...visible, ...(takesLevels ? {} : { thinkingBudget: -1 }) };
  if (takesLevels && level && (wish.kind === 'level' || budget === undefined))
    return { ...visible, thinkingLevel: level };
  return { ...visible, ...(budget === undefined ? {} : { thinkingBudget: budget }) };
}

function withPlainSchemas(tool: JsonObject, fillEmpty: boolean): JsonObject {
  const name = tool.functionDeclarations ? 'functionDeclarations' : 'function_declarations';
  const declarations = tool[name];
  if (!Array.isArray(declarations)) return tool;
  const plain = declarations.map((one) => (isJsonObject(one) ? withPlainSchema(one, fillEmpty) : one));
  return { ...tool, [name]: plain };
}

function withPlainSchema(declaration: JsonObject, fillEmpty: boolean): JsonObject {
  const { parametersJsonSchema, parameters_json_schema: snake, parameters, ...rest } = declaration;
  const schema = [parametersJsonSchema, snake, parameters].find((one) => isJsonObject(one));
  const given = isJsonObject(schema) ? schema : { type: 'object' };
  const cleaned = cleanSchema(given, { ranges: true, fillEmpty });
  return cleaned.properties === undefined ? rest : { ...rest, parameters: cleaned };
}

/** Throws JsonSyntaxError, which unlike the parser's own words quotes nothing of a prompt. */
function valueAt(json: Buffer, span: Span): Json {
  try {
    return parseExact(json.toString('utf8', span.start, span.end));
  } catch {
    throw new JsonSyntaxError('Malformed JSON value', span.start);
  }
}
