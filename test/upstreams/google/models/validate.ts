import { isObject, type JsonObject } from '../../json.ts';
import { jsonSchemaProblem, schemaProblem } from '../schema-rules.ts';
import type { Flavour } from './flavours.ts';
import { contentsProblem, unknownName } from './validate-contents.ts';

export interface Asked {
  model: string;
  /** `generateContent`, `streamGenerateContent`, `countTokens`. */
  action: string;
}

const members = ['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'safetySettings'];
const generation = [
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'candidateCount',
  'stopSequences',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'thinkingConfig',
  'imageConfig',
  'mediaResolution',
];
const toolMembers = ['functionDeclarations', 'googleSearch', 'codeExecution', 'urlContext'];

/** Why a request, without its envelope, would be refused with INVALID_ARGUMENT; undefined when it would not. */
export function requestProblem(request: JsonObject, { model, action }: Asked, flavour: Flavour): string | undefined {
  const isCount = action === 'countTokens';
  const known = isCount
    ? ['contents', ...flavour.members, ...(flavour.isEnveloped ? ['model'] : ['systemInstruction'])]
    : [...members, ...flavour.members];
  const allowed = flavour.members.includes('sessionId') ? known.filter((name) => name !== 'safetySettings') : known;
  const { generateContentRequest: inner } = request;
  if (isCount && isObject(inner))
    return requestProblem(withoutModel(inner), { model, action: 'generateContent' }, flavour);
  const unknown = Object.keys(request).find((name) => !allowed.includes(name));
  if (unknown !== undefined) return unknownName(unknown, 'request');
  return (
    contentsProblem(request.contents, { model, needsRoles: flavour.needsRoles }) ??
    systemProblem(request.systemInstruction) ??
    toolsProblem(request, model, flavour) ??
    generationProblem(request, model, flavour)
  );
}

function withoutModel({ model: _, ...request }: JsonObject): JsonObject {
  return request;
}

function systemProblem(system: unknown): string | undefined {
  if (system === undefined) return undefined;
  const parts = isObject(system) && Array.isArray(system.parts) ? system.parts : [];
  const isText = parts.length > 0 && parts.every((part) => isObject(part) && typeof part.text === 'string');
  return isText ? undefined : `Invalid value at 'system_instruction'`;
}

function toolsProblem({ tools, toolConfig }: JsonObject, model: string, flavour: Flavour): string | undefined {
  if (tools !== undefined && !Array.isArray(tools)) return `Invalid value at 'tools'`;
  const list = (Array.isArray(tools) ? tools : []).filter(isObject);
  const unknown = list.flatMap((tool) => Object.keys(tool)).find((name) => !toolMembers.includes(name));
  if (unknown !== undefined) return unknownName(unknown, 'tools[0]');
  const declared = list.flatMap(({ functionDeclarations: some }) => (Array.isArray(some) ? some.filter(isObject) : []));
  const isOld = /^gemini-2/.test(model);
  if (isOld && declared.length > 0 && list.some((tool) => tool.functionDeclarations === undefined))
    return 'Tool use with function calling is unsupported';
  for (const declaration of declared) {
    const problem = declarationProblem(declaration, model, flavour);
    if (problem) return problem;
  }
  const names = declared.map(({ name }) => String(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Duplicate function declaration found: ${twice}`;
  return callingProblem(toolConfig, names, model);
}

function declarationProblem(declaration: JsonObject, model: string, flavour: Flavour): string | undefined {
  const { name, parameters, parametersJsonSchema, ...others } = declaration;
  const extra = Object.keys(others).find((one) => one !== 'description' && one !== 'response');
  if (extra !== undefined) return unknownName(extra, 'tools[0].function_declarations[0]');
  if (!/^[A-Za-z_][\w.-]{0,63}$/.test(String(name)))
    return 'Invalid function name. Must start with a letter or an underscore.';
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    return 'parameters and parameters_json_schema are exclusive';
  if (parametersJsonSchema !== undefined) {
    if (!flavour.jsonSchema) return unknownName('parametersJsonSchema', 'function_declarations[0]');
    return jsonSchemaProblem(parametersJsonSchema);
  }
  const isClaude = model.startsWith('claude-');
  if (parameters === undefined) return isClaude ? 'tools.0.custom.input_schema: Field required' : undefined;
  return schemaProblem(parameters, { ...flavour.schema, ...(isClaude ? { nonEmpty: true } : {}) });
}

function callingProblem(config: unknown, names: readonly string[], model: string): string | undefined {
  const calling = isObject(config) && isObject(config.functionCallingConfig) ? config.functionCallingConfig : undefined;
  const mode = calling?.mode ?? 'AUTO';
  if (model.startsWith('claude-') && names.length > 0 && mode === 'AUTO')
    return 'Claude models need function calling mode VALIDATED';
  if (calling === undefined) return undefined;
  if (!['AUTO', 'ANY', 'NONE', 'VALIDATED'].includes(String(mode)))
    return `Invalid value at 'tool_config.function_calling_config.mode'`;
  if (names.length === 0) return 'Function calling config is set without function_declarations.';
  const allowed = Array.isArray(calling.allowedFunctionNames) ? calling.allowedFunctionNames : [];
  if (allowed.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED')
    return 'Allowed function names should only be set when function calling mode is ANY.';
  const stray = allowed.find((name) => !names.includes(String(name)));
  return stray === undefined ? undefined : `Allowed function name ${String(stray)} is not declared.`;
}

function generationProblem(request: JsonObject, model: string, flavour: Flavour): string | undefined {
  const config = isObject(request.generationConfig) ? request.generationConfig : {};
  const unknown = Object.keys(config).find((name) => !generation.includes(name));
  if (unknown !== undefined) return unknownName(unknown, 'generation_config');
  const { stopSequences, maxOutputTokens, temperature, responseMimeType, responseSchema, responseJsonSchema } = config;
  if (Array.isArray(stopSequences) && stopSequences.length > 5)
    return 'The number of stop sequences must be at most 5.';
  if (typeof maxOutputTokens === 'number' && (maxOutputTokens < 1 || maxOutputTokens > 65_536))
    return 'max_output_tokens must be in the range [1, 65536].';
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 2))
    return 'temperature must be in the range [0.0, 2.0].';
  const hasSchema = responseSchema !== undefined || responseJsonSchema !== undefined;
  if (hasSchema && responseMimeType !== 'application/json')
    return 'response_schema needs response_mime_type application/json';
  if (
    responseMimeType === 'application/json' &&
    /^gemini-2/.test(model) &&
    JSON.stringify(request.tools)?.includes('functionDeclarations')
  )
    return "Function calling with a response mime type: 'application/json' is unsupported";
  const wrong =
    (responseSchema === undefined
      ? undefined
      : schemaProblem(responseSchema, { ...flavour.schema, closed: true }, 'response_schema')) ??
    (responseJsonSchema === undefined ? undefined : jsonSchemaProblem(responseJsonSchema, 'response_json_schema'));
  return wrong ?? thinkingProblem(config, model);
}

function thinkingProblem({ thinkingConfig, maxOutputTokens }: JsonObject, model: string): string | undefined {
  if (!isObject(thinkingConfig)) return undefined;
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts: _, ...others } = thinkingConfig;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return unknownName(unknown, 'generation_config.thinking_config');
  if (budget !== undefined && level !== undefined) return 'You can only set one of thinking budget and thinking level.';
  if (level !== undefined && !/^gemini-[3-9]/.test(model)) return 'Thinking level is not supported for this model.';
  if (model === 'gemini-2.5-pro' && budget === 0) return 'Budget 0 is invalid. This model only works in thinking mode.';
  if (model.startsWith('claude-') && typeof budget === 'number' && budget >= Number(maxOutputTokens ?? 64_000))
    return '`max_tokens` must be greater than `thinking.budget_tokens`.';
  return undefined;
}
