import { describe, expect, test } from 'vitest';
import { advertisedTools } from '../../../main/amp/rewriting/advertised-tools.ts';
import { createToolSpelling } from '../../../main/amp/rewriting/tool-names.ts';

describe('the spelling of a tool name', () => {
  test('is the advertised one, before that of the table', () => {
    const spelling = createToolSpelling(['BASH', 'mcp__Search', 'mcp__Search']);
    expect(['bash', 'Bash', 'MCP__search', 'BASH'].map(spelling)).toEqual(['BASH', 'BASH', 'mcp__Search', 'BASH']);
  });

  test('is left to the model where two advertised names differ only in case', () => {
    const spelling = createToolSpelling(['bash', 'Bash', 'bash', 'READ']);
    expect(['bash', 'Bash', 'BASH', 'read'].map(spelling)).toEqual(['bash', 'Bash', 'BASH', 'READ']);
  });

  test.each([
    ['bash', 'Bash'],
    ['READ', 'Read'],
    ['grep', 'Grep'],
    ['tasK', 'Task'],
    ['check', 'Check'],
    ['Glob', 'glob'],
    ['glob', 'glob'],
  ])('%s that was not advertised is %s', (name, expected) => {
    expect(createToolSpelling(['other'])(name)).toBe(expected);
  });

  test('of an unknown tool is not touched', () => {
    expect(['web_search', 'Bashful', '', 'constructor'].map(createToolSpelling([]))).toEqual([
      'web_search',
      'Bashful',
      '',
      'constructor',
    ]);
  });
});

describe('advertised tools', () => {
  const names = (body: string) => advertisedTools(Buffer.from(body));

  test.each([
    [
      'Anthropic',
      '{"tools":[{"name":"Bash","input_schema":{"name":"no"}},{"type":"web_search_20250305","name":"web_search"}]}',
      ['Bash', 'web_search'],
    ],
    [
      'Chat',
      '{"tools":[{"type":"function","function":{"name":"Read"}},{"type":"custom","custom":{"name":"patch"}}]}',
      ['Read', 'patch'],
    ],
    ['Responses', '{"tools":[{"type":"function","name":"Grep"},{"type":"web_search"}]}', ['Grep']],
    ['Gemini', '{"tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"}]},{"google_search":{}}]}', ['a', 'b']],
    ['Gemini, in the other spelling', '{"tools":[{"function_declarations":[{"name":"\\u0061"}]}]}', ['a']],
  ])('of a request of %s are read', (_, body, expected) => {
    expect(names(body)).toEqual(expected);
  });

  test('include the one that is forced', () => {
    expect(names('{"tool_choice":{"type":"tool","name":"set_title"}}')).toEqual(['set_title']);
    expect(names('{"tool_choice":{"type":"function","function":{"name":"x"}},"tools":[{"name":"x"}]}')).toEqual(['x']);
  });

  test.each([
    '',
    '[]',
    '{"tools":"bash"}',
    '{"tools":{"name":"bash"},"tool_choice":"auto"}',
    '{"tools":[null,1,{"name":7,"function":"x","functionDeclarations":{}}]}',
    '{"messages":[{"tools":[{"name":"nested"}]}]}',
    '{"tools":[{"name":"cut',
  ])('of %s are none', (body) => {
    expect(names(body)).toEqual([]);
  });
});
