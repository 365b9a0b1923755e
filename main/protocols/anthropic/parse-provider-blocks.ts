import type { Part } from '../conversation.ts';
import { isJsonObject, type JsonObject, stringifyExact } from '../exact-json.ts';
import type { FeatureUses, FieldReader } from '../field-reader.ts';
import { objectOf, objectsOf } from '../json-values.ts';
import { featureOfType } from './fields.ts';
import { unknownType } from './parse-sources.ts';

/** Reads a block of a tool that Anthropic ran itself: its call or its result. Throws FieldError for other kinds. */
export function parseProviderBlock(block: FieldReader, type: string, uses: FeatureUses): Part[] {
  const feature = featureOfType('messages[].content[]', type);
  if (feature === 'unknown') throw unknownType(block, type);
  if (type !== 'server_tool_use' && feature !== 'structure') uses.add(feature, block.path);
  switch (type) {
    case 'server_tool_use':
      return [parseServerCall(block, uses)];
    case 'web_search_tool_result':
      return [searchResult(block, listIn(block))];
    case 'web_fetch_tool_result':
      return [searchResult(block, fetchedPages(contentOf(block)))];
    case 'code_execution_tool_result':
    case 'bash_code_execution_tool_result':
    case 'text_editor_code_execution_tool_result':
      return [codeOutput(contentOf(block))];
    default:
      // Tools that were found, and what the request is refused for anyway.
      return [];
  }
}

function parseServerCall(block: FieldReader, uses: FeatureUses): Part {
  const name = block.required('name', block.string('name'));
  const input = block.child('input')?.object ?? {};
  const id = block.required('id', block.string('id'));
  if (name.includes('code_execution')) {
    uses.add('code-history', block.path);
    return codeOf(input);
  }
  uses.add('search-history', block.path);
  return { kind: 'search-call', id, query: textIn(input, 'query', 'url', 'pattern') };
}

/** The first code tool takes Python; the second one commands of a shell, and edits of files. */
function codeOf(input: JsonObject): Part {
  if (typeof input.code === 'string') return { kind: 'code', language: 'python', code: input.code };
  if (typeof input.command === 'string' && input.path === undefined)
    return { kind: 'code', language: 'bash', code: input.command };
  return { kind: 'code', language: 'json', code: stringifyExact(input) };
}

function searchResult(block: FieldReader, results: readonly JsonObject[]): Part {
  return {
    kind: 'search-result',
    callId: block.required('tool_use_id', block.string('tool_use_id')),
    results: results.map((result) => {
      const text = textIn(result, 'text');
      return { title: textIn(result, 'title'), url: textIn(result, 'url'), ...(text === '' ? {} : { text }) };
    }),
  };
}

/** A failed search has an object in the place of its results. */
function listIn(block: FieldReader): JsonObject[] {
  return objectsOf(block.raw('content'));
}

function fetchedPages(content: JsonObject): JsonObject[] {
  const { url, content: page } = content;
  if (typeof url !== 'string' || !isJsonObject(page)) return [];
  const source = objectOf(page.source);
  const text = source.type === 'text' ? textIn(source, 'data') : '';
  return [{ url, title: textIn(page, 'title'), text }];
}

function codeOutput(content: JsonObject): Part {
  const { return_code: code, type } = content;
  const output = [textIn(content, 'stdout', 'content'), textIn(content, 'stderr', 'error_code')].filter(Boolean);
  const failed = (typeof code === 'number' && code !== 0) || (typeof type === 'string' && type.endsWith('_error'));
  return { kind: 'code-output', output: output.join('\n'), failed };
}

function contentOf(block: FieldReader): JsonObject {
  return objectOf(block.raw('content'));
}

function textIn(object: JsonObject, ...names: string[]): string {
  const found = names.map((name) => object[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : '';
}
