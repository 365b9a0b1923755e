import type { FunctionTool, Tool, ToolChoice, WebSearchTool } from '../conversation.ts';
import { defined } from '../defined.ts';
import type { JsonObject } from '../exact-json.ts';
import { FieldError } from '../features.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { featureOfType } from './fields.ts';
import { cacheMark } from './parse-sources.ts';
import { type KnownTool, knownTools } from './typed-tools.ts';

/** Reads `tools`. Throws FieldError. */
export function parseTools(body: FieldReader, uses: FeatureUses): Tool[] {
  return body.children('tools').flatMap((tool) => parseTool(tool, uses));
}

function parseTool(tool: FieldReader, uses: FeatureUses): Tool[] {
  const kind = (tool.string('type') ?? 'custom').replace(/_\d{8}$/, '');
  uses.addMembers(tool, ['strict', 'allowed_domains', 'blocked_domains']);
  const feature = featureOfType('tools[]', kind);
  switch (feature) {
    case 'function-tool':
      uses.add(feature, 'tools');
      return [kind === 'custom' ? parseFunction(tool, uses) : parseKnown(tool, knownTools.get(kind))];
    case 'web-search':
      uses.add(feature, tool.path);
      return [parseSearch(tool, uses)];
    case 'url-context':
    case 'code-execution':
      uses.add(feature, tool.path);
      return [{ kind: feature }];
    case 'structure':
      return [];
    case 'unknown':
      uses.add('hosted-tool', tool.path);
      return [];
    default:
      uses.add(feature, tool.path);
      return [];
  }
}

function parseFunction(tool: FieldReader, uses: FeatureUses): FunctionTool {
  const strict = tool.boolean('strict');
  if (strict) uses.add('strict-tool', tool.at('strict'));
  return {
    kind: 'function',
    name: nameOf(tool),
    schema: tool.required('input_schema', tool.child('input_schema')).object,
    ...defined({ description: tool.string('description'), strict }),
    ...cacheMark(tool),
  };
}

function parseKnown(tool: FieldReader, known: KnownTool | undefined): FunctionTool {
  if (!known) throw new FieldError(tool.at('type'), `${tool.at('type')} is not known`);
  return {
    kind: 'function',
    name: nameOf(tool),
    description: [known.description, screenOf(tool)].join(' ').trim(),
    schema: known.schema,
    ...cacheMark(tool),
  };
}

function screenOf(tool: FieldReader): string {
  const [width, height] = [tool.number('display_width_px'), tool.number('display_height_px')];
  return width === undefined || height === undefined ? '' : `The screen is ${width} pixels wide and ${height} high.`;
}

function nameOf(tool: FieldReader): string {
  const name = tool.required('name', tool.string('name'));
  if (name === '') throw tool.wrong('name', 'a name');
  return name;
}

function parseSearch(tool: FieldReader, uses: FeatureUses): WebSearchTool {
  const allowed = domains(tool, 'allowed_domains', uses);
  const blocked = domains(tool, 'blocked_domains', uses);
  return {
    kind: 'web-search',
    ...defined<{ userLocation: JsonObject | undefined; maxUses: number | undefined }>({
      userLocation: tool.child('user_location')?.object,
      maxUses: tool.number('max_uses'),
    }),
    ...(allowed ? { allowedDomains: allowed } : {}),
    ...(blocked ? { blockedDomains: blocked } : {}),
  };
}

function domains(tool: FieldReader, name: string, uses: FeatureUses): string[] | undefined {
  const listed = tool.strings(name);
  if (!listed || listed.length === 0) return undefined;
  uses.add('web-search-domains', tool.at(name));
  return listed;
}

/** Reads `tool_choice`. Throws FieldError. */
export function parseToolChoice(
  body: FieldReader,
  uses: FeatureUses,
): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  const choice = body.child('tool_choice');
  if (!choice) return {};
  const isSingle = choice.boolean('disable_parallel_tool_use') === true;
  if (isSingle) uses.add('single-tool-call', choice.at('disable_parallel_tool_use'));
  return { toolChoice: chosen(choice, uses), ...(isSingle ? { parallelToolCalls: false } : {}) };
}

function chosen(choice: FieldReader, uses: FeatureUses): ToolChoice {
  const type = choice.required('type', choice.string('type'));
  if (type === 'auto') return { kind: 'auto' };
  uses.add('tool-choice', 'tool_choice');
  if (type === 'any') return { kind: 'required' };
  if (type === 'none') return { kind: 'none' };
  if (type === 'tool') return { kind: 'tool', name: nameOf(choice) };
  throw choice.wrong('type', 'auto, any, tool or none');
}
