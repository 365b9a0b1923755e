import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../conversation.ts';
import { defined } from '../defined.ts';
import { isJsonObject, type JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { featureOfType } from './fields.ts';

const withoutArguments: JsonObject = { type: 'object', properties: {} };

/** Reads `tools`, the legacy `functions` and `web_search_options`. Throws FieldError. */
export function parseTools(body: FieldReader, uses: FeatureUses): Tool[] {
  const tools = body.children('tools').flatMap((tool) => parseTool(tool, uses));
  const functions = body.children('functions').map(parseFunction);
  if (functions.length > 0) uses.add('function-tool', 'functions');
  const search = body.child('web_search_options');
  if (!search) return [...tools, ...functions];
  uses.add('web-search', 'web_search_options');
  return [...tools, ...functions, parseSearch(search, uses)];
}

function parseTool(tool: FieldReader, uses: FeatureUses): Tool[] {
  const type = tool.required('type', tool.string('type'));
  const feature = featureOfType('tools[]', type);
  switch (feature) {
    case 'function-tool':
      uses.add(feature, 'tools');
      return [toolOfType(tool, uses)];
    case 'custom-tool':
      uses.add(feature, tool.path);
      return [parseCustom(tool.required('custom', tool.child('custom')))];
    case 'web-search':
      uses.add(feature, tool.path);
      return [parseSearch(tool, uses)];
    case 'code-execution':
      uses.add(feature, tool.path);
      return [{ kind: feature }];
    case 'unknown':
    case 'structure':
      throw new FieldError(tool.at('type'), `${tool.at('type')} ${JSON.stringify(type.slice(0, 40))} is not known`);
    default:
      uses.add(feature, tool.path);
      return [];
  }
}

function toolOfType(tool: FieldReader, uses: FeatureUses): FunctionTool {
  uses.addMembers(tool, ['function']);
  const fn = tool.required('function', tool.child('function'));
  uses.addMembers(fn, ['strict']);
  const parsed = parseFunction(fn);
  if (parsed.strict) uses.add('strict-tool', fn.at('strict'));
  return parsed;
}

function parseFunction(fn: FieldReader): FunctionTool {
  return {
    kind: 'function',
    name: nameOf(fn),
    schema: fn.child('parameters')?.object ?? withoutArguments,
    ...defined({ description: fn.string('description'), strict: fn.boolean('strict') }),
  };
}

function parseCustom(custom: FieldReader): CustomTool {
  const parsed = { kind: 'custom' as const, name: nameOf(custom) };
  return { ...parsed, ...defined({ description: custom.string('description'), format: custom.raw('format') }) };
}

function nameOf(tool: FieldReader): string {
  const name = tool.required('name', tool.string('name'));
  if (name === '') throw tool.wrong('name', 'a name');
  return name;
}

/** How much is searched (`search_context_size`) is a wish that no other provider knows. */
function parseSearch(search: FieldReader, uses: FeatureUses): WebSearchTool {
  uses.addMembers(search, ['filters', 'allowed_domains', 'user_location']);
  const filters = search.child('filters');
  const domains = filters?.strings('allowed_domains');
  const blocked = filters?.strings('blocked_domains');
  if (domains?.length || blocked?.length) uses.add('web-search-domains', search.at('filters'));
  const location = search.child('user_location');
  const place = location?.child('approximate')?.object;
  return {
    kind: 'web-search',
    ...(domains?.length ? { allowedDomains: domains } : {}),
    ...(blocked?.length ? { blockedDomains: blocked } : {}),
    // This format has the place one level deeper than the others.
    ...(location ? { userLocation: place ? { type: 'approximate', ...place } : location.object } : {}),
  };
}

/** Reads `tool_choice` in all its forms, and the legacy `function_call`. Throws FieldError. */
export function parseToolChoice(body: FieldReader, uses: FeatureUses): ToolChoice | undefined {
  const field = body.has('tool_choice') ? 'tool_choice' : 'function_call';
  const raw = body.raw(field);
  if (raw === undefined || raw === '') return undefined;
  if (raw === 'auto') return { kind: 'auto' };
  if (raw === 'none' || raw === 'required' || raw === 'any') {
    uses.add('tool-choice', field);
    return { kind: raw === 'any' ? 'required' : raw };
  }
  if (!isJsonObject(raw)) throw body.wrong(field, 'auto, none, required or an object');
  const choice = body.required(field, body.child(field));
  const type = choice.string('type');
  if (type === 'allowed_tools') return parseSubset(choice, uses);
  if (type === 'auto' || type === 'none' || type === 'required') return { kind: type };
  uses.add('tool-choice', field);
  return { kind: 'tool', name: chosenName(choice, uses) };
}

/** The list is within a member of the type's name; OpenAI's Responses format has it one level higher. */
function parseSubset(choice: FieldReader, uses: FeatureUses): ToolChoice {
  uses.add('tool-subset', 'tool_choice');
  const allowed = choice.child('allowed_tools') ?? choice;
  const names = allowed.children('tools').map((tool) => chosenName(tool, uses));
  if (names.length === 0) throw new FieldError(allowed.at('tools'), `${allowed.at('tools')} must name a tool`);
  return { kind: 'some', names, mode: allowed.string('mode') === 'required' ? 'required' : 'auto' };
}

function chosenName(choice: FieldReader, uses: FeatureUses): string {
  const type = choice.string('type');
  const inner = choice.child('function') ?? choice.child('custom') ?? choice;
  if (inner.has('name')) return inner.required('name', inner.string('name'));
  if (type === undefined || type === 'function' || type === 'custom') throw inner.wrong('name', 'the name of a tool');
  const feature = featureOfType('tools[]', type);
  if (feature !== 'web-search') uses.add('hosted-tool', choice.path);
  return type;
}
