import type { FunctionTool, Tool, ToolChoice } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import type { FeatureUses } from '../field-reader.ts';
import { toJsonSchema } from './json-schema.ts';
import type { GeminiReader } from './reader.ts';

const searches = ['googleSearch', 'googleSearchRetrieval', 'enterpriseWebSearch'];

/** Reads `tools`; tools that no other format knows are only noted among the uses. Throws FieldError. */
export function parseTools(body: GeminiReader, uses: FeatureUses): Tool[] {
  return body.children('tools').flatMap((tool) => {
    tool.note(uses, ['functionDeclarations']);
    const declared = tool.children('functionDeclarations').map((one) => parseDeclaration(one, uses));
    if (declared.length > 0) uses.add('function-tool', tool.at('functionDeclarations'));
    return [...declared, ...providerTools(tool, uses)];
  });
}

/** An empty object switches a tool on. */
function providerTools(tool: GeminiReader, uses: FeatureUses): Tool[] {
  const tools: Tool[] = [];
  if (searches.some((name) => tool.has(name))) {
    const search = tool.child('googleSearch');
    const blockedDomains = search?.strings('excludeDomains');
    if (search && blockedDomains?.length) uses.add('web-search-domains', search.at('excludeDomains'));
    tools.push({ kind: 'web-search', ...defined({ blockedDomains }) });
  }
  if (tool.has('codeExecution')) tools.push({ kind: 'code-execution' });
  if (tool.has('urlContext')) tools.push({ kind: 'url-context' });
  return tools;
}

function parseDeclaration(declaration: GeminiReader, uses: FeatureUses): FunctionTool {
  declaration.note(uses);
  const name = declaration.required('name', declaration.string('name'));
  if (name === '') throw declaration.wrong('name', 'a name');
  const description = declaration.string('description');
  const schema = (declaration.child('parametersJsonSchema') ?? declaration.child('parameters'))?.object;
  return { kind: 'function', name, schema: objectSchema(schema), ...defined({ description }) };
}

function objectSchema(schema: JsonObject | undefined): JsonObject {
  if (!schema) return { type: 'object', properties: {} };
  const converted = toJsonSchema(schema);
  return converted.type === undefined && converted.$ref === undefined ? { type: 'object', ...converted } : converted;
}

/** Reads `toolConfig`. Throws FieldError. */
export function parseToolChoice(body: GeminiReader, uses: FeatureUses): ToolChoice | undefined {
  const config = body.child('toolConfig');
  config?.note(uses);
  const calling = config?.child('functionCallingConfig');
  if (!calling) return undefined;
  calling.note(uses, ['mode', 'allowedFunctionNames']);
  const names = calling.strings('allowedFunctionNames') ?? [];
  const mode = (calling.string('mode') ?? 'AUTO').toUpperCase();
  const choice = choiceOf(mode, names, calling);
  if (choice?.kind === 'some') uses.add('tool-subset', calling.at('allowedFunctionNames'));
  else if (choice && choice.kind !== 'auto') uses.add('tool-choice', calling.at('mode'));
  return choice;
}

function choiceOf(mode: string, names: readonly string[], calling: GeminiReader): ToolChoice | undefined {
  const [first, ...others] = names;
  switch (mode) {
    case 'MODE_UNSPECIFIED':
      return undefined;
    case 'AUTO':
      return { kind: 'auto' };
    case 'NONE':
      return { kind: 'none' };
    case 'ANY':
      if (first === undefined) return { kind: 'required' };
      return others.length > 0 ? { kind: 'some', names, mode: 'required' } : { kind: 'tool', name: first };
    // Calls are checked against their schemas, but none is demanded.
    case 'VALIDATED':
      return first === undefined ? { kind: 'auto' } : { kind: 'some', names, mode: 'auto' };
    default:
      throw calling.wrong('mode', 'AUTO, ANY, NONE or VALIDATED');
  }
}
