import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { featureOfType } from './fields.ts';

/** The name of a group's tool where there are no groups. */
export function memberName(group: string, name: string): string {
  return group.endsWith('__') ? `${group}${name}` : `${group}__${name}`;
}

/** Reads a list of tools; tools that no other format knows are only noted among the uses. */
export function parseTools(tools: readonly FieldReader[], uses: FeatureUses): Tool[] {
  return tools.flatMap((tool) => parseTool(tool, uses));
}

function parseTool(tool: FieldReader, uses: FeatureUses): Tool[] {
  const type = kindOf(tool);
  uses.addMembers(tool, ['strict', 'filters']);
  const isGroup = type === 'namespace' || (type === 'mcp' && tool.has('tools'));
  const feature = featureOfType(tool.path, isGroup ? 'namespace' : type);
  if (feature !== 'structure') uses.add(feature, tool.path);
  if (isGroup) return parseGroup(tool, uses);
  if (type === 'function') return [parseFunction(tool, uses)];
  if (type === 'custom') return [parseCustom(tool)];
  if (type === 'web_search') return [parseWebSearch(tool, uses)];
  return type === 'code_interpreter' ? [{ kind: 'code-execution' }] : [];
}

function kindOf(tool: FieldReader): string {
  const type = tool.string('type') ?? (tool.has('name') || tool.has('function') ? 'function' : '');
  if (type === '') throw new FieldError(tool.at('type'), `${tool.at('type')} is required`);
  return /^web_search(_preview)?(_\d{4}_\d{2}_\d{2})?$/.test(type) ? 'web_search' : type;
}

/** Tools of a group that are no functions cannot be told apart on the way back. */
function parseGroup(group: FieldReader, uses: FeatureUses): Tool[] {
  const name = group.string('name') ?? group.string('server_label');
  const groupName = group.required('name', name);
  return group.children('tools').flatMap((tool) => {
    if (kindOf(tool) !== 'function') {
      uses.add('unknown', tool.path);
      return [];
    }
    uses.addMembers(tool, ['strict']);
    const parsed = parseFunction(tool, uses);
    return [{ ...parsed, name: memberName(groupName, parsed.name), member: { group: groupName, name: parsed.name } }];
  });
}

/** Some clients wrap the function as the Chat format does. */
function parseFunction(tool: FieldReader, uses: FeatureUses): FunctionTool {
  const source = tool.child('function') ?? tool;
  const strict = source.boolean('strict');
  if (strict) uses.add('strict-tool', source.at('strict'));
  return {
    kind: 'function',
    name: nameOf(source),
    schema: schemaOf(source),
    ...defined({ description: source.string('description'), strict }),
  };
}

function schemaOf(tool: FieldReader): JsonObject {
  return tool.child('parameters')?.object ?? { type: 'object', properties: {} };
}

function nameOf(tool: FieldReader): string {
  const name = tool.required('name', tool.string('name'));
  if (name === '') throw new FieldError(tool.at('name'), `${tool.at('name')} must not be empty`);
  return name;
}

function parseCustom(tool: FieldReader): CustomTool {
  const format = tool.raw('format');
  return { kind: 'custom', name: nameOf(tool), ...defined({ description: tool.string('description'), format }) };
}

function parseWebSearch(tool: FieldReader, uses: FeatureUses): WebSearchTool {
  const filters = tool.child('filters');
  const allowedDomains = nonEmpty(filters?.strings('allowed_domains'));
  const blockedDomains = nonEmpty(filters?.strings('blocked_domains'));
  if (allowedDomains || blockedDomains) uses.add('web-search-domains', tool.at('filters'));
  const userLocation = tool.child('user_location')?.object;
  return { kind: 'web-search', ...defined({ allowedDomains, blockedDomains, userLocation }) };
}

function nonEmpty(list: string[] | undefined): string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

/** Reads `tool_choice` in all of its forms. Throws FieldError. */
export function parseToolChoice(body: FieldReader, uses: FeatureUses): ToolChoice | undefined {
  const raw = body.raw('tool_choice');
  if (raw === undefined) return undefined;
  if (raw === 'auto') return { kind: 'auto' };
  if (raw === 'none' || raw === 'required') {
    uses.add('tool-choice', 'tool_choice');
    return { kind: raw };
  }
  if (typeof raw === 'string') throw body.wrong('tool_choice', 'auto, none, required or an object');
  const choice = body.required('tool_choice', body.child('tool_choice'));
  if (choice.string('type') === 'allowed_tools') return parseSubset(choice, uses);
  uses.add('tool-choice', 'tool_choice');
  return { kind: 'tool', name: chosenName(choice, uses) };
}

function parseSubset(choice: FieldReader, uses: FeatureUses): ToolChoice {
  uses.add('tool-subset', 'tool_choice');
  const names = choice.children('tools').map((tool) => chosenName(tool, uses));
  if (names.length === 0) throw new FieldError(choice.at('tools'), `${choice.at('tools')} must name a tool`);
  return { kind: 'some', names, mode: choice.string('mode') === 'required' ? 'required' : 'auto' };
}

/** The name under which the tool is in Conversation.tools; tools of the provider are named by their type. */
function chosenName(choice: FieldReader, uses: FeatureUses): string {
  const type = kindOf(choice);
  const name = choice.child('function')?.string('name') ?? choice.string('name');
  const group = choice.string('namespace') ?? choice.string('server_label');
  if (type === 'function' || type === 'custom' || type === 'mcp') {
    const known = choice.required('name', name);
    return group === undefined ? known : memberName(group, known);
  }
  if (type !== 'web_search') uses.add('hosted-tool', choice.path);
  return type;
}
