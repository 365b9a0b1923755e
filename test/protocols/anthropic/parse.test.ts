import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnthropic } from '../../../main/protocols/anthropic/parse.ts';
import type { Part } from '../../../main/protocols/conversation.ts';
import { type JsonObject, parseExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';

const base: JsonObject = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const parse = (more: JsonObject = {}) =>
  parseAnthropic({ body: { ...base, ...more }, operation: 'generate', path: '/v1/messages' });
const block = (one: JsonObject, role = 'user') => {
  const { turns, uses } = parse({ messages: [{ role, content: [one] }] });
  return { parts: turns[0]?.parts, uses: uses.filter(({ feature }) => feature !== 'prefill') };
};
const features = (more: JsonObject) => parse(more).uses.map(({ feature, field }) => `${feature} ${field}`);
const failure = (more: JsonObject) => {
  try {
    parse(more);
  } catch (error) {
    if (error instanceof FieldError) return error.field;
    throw error;
  }
  return undefined;
};

it('a plain request has words and nothing that anybody could refuse', () => {
  expect(parse({ max_tokens: 5, stream: true })).toEqual({
    model: 'm',
    stream: true,
    system: [],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
    tools: [],
    sampling: { maxOutputTokens: 5 },
    uses: [{ feature: 'max-output', field: 'max_tokens' }],
  });
});

describe('system', () => {
  it('is text or blocks, without the line for accounting', () => {
    expect(parse({ system: 'be kind' }).system).toEqual([{ text: 'be kind' }]);
    const blocks = [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2; cc_entrypoint=cli;' },
      { type: 'text', text: "You are Claude Code, Anthropic's official CLI for Claude." },
      { type: 'text', text: 'rules', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ];
    expect(parse({ system: blocks }).system).toEqual([
      { text: "You are Claude Code, Anthropic's official CLI for Claude." },
      { text: 'rules', cache: { ttl: '1h' } },
    ]);
  });

  it('may stand in the middle of a conversation', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'b' },
      { role: 'user', content: 'c' },
    ];
    expect(parse({ messages }).turns.map(({ role }) => role)).toEqual(['user', 'system', 'user']);
    expect(features({ messages })).toEqual(['mid-system messages[1]']);
  });
});

describe('blocks', () => {
  const png = { type: 'base64', media_type: 'image/png', data: 'AA AA\n' };
  const cases: [string, JsonObject, Part[], string[]][] = [
    [
      'text',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      [{ kind: 'text', text: 'a', cache: {} }],
      ['cache-marks'],
    ],
    [
      'a picture',
      { type: 'image', source: png },
      [{ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } }],
      ['image-data'],
    ],
    [
      'a linked picture',
      { type: 'image', source: { type: 'url', url: 'https://a.test/b' } },
      [{ kind: 'image', source: { kind: 'url', url: 'https://a.test/b' } }],
      ['image-url'],
    ],
    [
      'an uploaded picture',
      { type: 'image', source: { type: 'file', file_id: 'file_1' } },
      [{ kind: 'image', source: { kind: 'file', id: 'file_1' } }],
      ['file-id'],
    ],
    [
      'a PDF',
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' },
        title: 'T',
        context: 'about it',
      },
      [
        { kind: 'text', text: 'about it' },
        { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' }, title: 'T' },
      ],
      ['document-data'],
    ],
    [
      'a linked document',
      { type: 'document', source: { type: 'url', url: 'https://a.test/b.pdf' } },
      [{ kind: 'document', source: { kind: 'url', url: 'https://a.test/b.pdf' } }],
      ['document-url'],
    ],
    [
      'a text document that is to be cited',
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'words' },
        citations: { enabled: true },
      },
      [{ kind: 'document', source: { kind: 'text', text: 'words' } }],
      ['citations', 'document-text'],
    ],
    [
      'a document of blocks',
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', source: png },
            { type: 'text', text: 'b' },
          ],
        },
      },
      [
        { kind: 'document', source: { kind: 'text', text: 'ab' } },
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
      ],
      ['image-data', 'document-text'],
    ],
    [
      'a search result',
      {
        type: 'search_result',
        source: 'https://a.test',
        title: 'T',
        content: [
          { type: 'text', text: 'x' },
          { type: 'text', text: 'y' },
        ],
      },
      [{ kind: 'document', source: { kind: 'text', text: 'x\ny' }, title: 'T (https://a.test)' }],
      ['document-text'],
    ],
    [
      'thinking',
      { type: 'thinking', thinking: 'hm', signature: 's' },
      [{ kind: 'thinking', text: 'hm', signature: 's' }],
      ['thinking-history'],
    ],
    [
      'unsigned thinking',
      { type: 'thinking', thinking: 'hm', signature: '' },
      [{ kind: 'thinking', text: 'hm' }],
      ['thinking-history'],
    ],
    [
      'hidden thinking',
      { type: 'redacted_thinking', data: 'd' },
      [{ kind: 'redacted-thinking', data: 'd' }],
      ['redacted-thinking'],
    ],
    [
      'a call',
      { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
      [{ kind: 'tool-call', id: 't', name: 'f', input: '{"a":1}' }],
      ['tool-call'],
    ],
    [
      'a result with a picture',
      {
        type: 'tool_result',
        tool_use_id: 't',
        is_error: true,
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: png },
        ],
      },
      [
        {
          kind: 'tool-result',
          callId: 't',
          parts: [
            { kind: 'text', text: 'a' },
            { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } },
          ],
          isError: true,
        },
      ],
      ['tool-result', 'image-data', 'tool-result-image', 'tool-error'],
    ],
    [
      'a result of words',
      { type: 'tool_result', tool_use_id: 't', content: 'a', is_error: false },
      [{ kind: 'tool-result', callId: 't', parts: [{ kind: 'text', text: 'a' }] }],
      ['tool-result'],
    ],
    [
      'an empty result',
      { type: 'tool_result', tool_use_id: 't' },
      [{ kind: 'tool-result', callId: 't', parts: [] }],
      ['tool-result'],
    ],
    [
      'a search',
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
      [{ kind: 'search-call', id: 's', query: 'q' }],
      ['search-history'],
    ],
    [
      'what a search found',
      {
        type: 'web_search_tool_result',
        tool_use_id: 's',
        content: [{ type: 'web_search_result', title: 'T', url: 'u', encrypted_content: 'x' }],
      },
      [{ kind: 'search-result', callId: 's', results: [{ title: 'T', url: 'u' }] }],
      ['search-history'],
    ],
    [
      'a search that failed',
      {
        type: 'web_search_tool_result',
        tool_use_id: 's',
        content: { type: 'web_search_tool_result_error', error_code: 'unavailable' },
      },
      [{ kind: 'search-result', callId: 's', results: [] }],
      ['search-history'],
    ],
    [
      'a fetched page',
      {
        type: 'web_fetch_tool_result',
        tool_use_id: 's',
        content: {
          type: 'web_fetch_result',
          url: 'u',
          content: { type: 'document', title: 'T', source: { type: 'text', data: 'x' } },
        },
      },
      [{ kind: 'search-result', callId: 's', results: [{ title: 'T', url: 'u', text: 'x' }] }],
      ['search-history'],
    ],
    [
      'code that ran',
      { type: 'server_tool_use', id: 's', name: 'bash_code_execution', input: { command: 'ls' } },
      [{ kind: 'code', language: 'bash', code: 'ls' }],
      ['code-history'],
    ],
    [
      'what code said',
      {
        type: 'bash_code_execution_tool_result',
        tool_use_id: 's',
        content: { type: 'bash_code_execution_result', stdout: 'a', stderr: 'b', return_code: 1 },
      },
      [{ kind: 'code-output', output: 'a\nb', failed: true }],
      ['code-history'],
    ],
    [
      'a tool of a server of the protocol for tools',
      { type: 'mcp_tool_use', id: 's', name: 'x', server_name: 'y', input: {} },
      [],
      ['mcp'],
    ],
  ];
  it.each(cases)('%s', (_name, given, parts, used) => {
    const read = block(given);
    expect(read.parts).toEqual(parts);
    expect(read.uses.map(({ feature }) => feature)).toEqual(used);
  });

  it('keep citations with the text that cites', () => {
    const cited = { type: 'web_search_result_location', url: 'u', title: 'T', cited_text: 'c', encrypted_index: 'x' };
    expect(block({ type: 'text', text: 'a', citations: [cited] }, 'assistant').parts).toEqual([
      { kind: 'text', text: 'a', citations: [{ title: 'T', url: 'u', text: 'c' }] },
    ]);
  });

  it('keep the digits of large numbers in calls', () => {
    const body = parseExact(
      '{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"id":12345678901234567890}}]}]}',
    );
    const parsed = parseAnthropic({ body: body as JsonObject, operation: 'generate', path: '/v1/messages' });
    expect(parsed.turns[0]?.parts[0]).toMatchObject({ input: '{"id":12345678901234567890}' });
  });

  it.each([
    ['an unknown kind', [{ type: 'hologram' }], 'messages[0].content[0].type'],
    ['no kind', [{ text: 'a' }], 'messages[0].content[0].type'],
    ['a call without id', [{ type: 'tool_use', name: 'f', input: {} }], 'messages[0].content[0].id'],
    ['no content', null, 'messages[0].content'],
  ])('are refused by the name of the field: %s', (_name, content, field) => {
    expect(failure({ messages: [{ role: 'user', content }] })).toBe(field);
  });
});

describe('prefill', () => {
  const asked = { role: 'user', content: 'a' };
  it('is an answer that the client began', () => {
    expect(features({ messages: [asked, { role: 'assistant', content: '{' }] })).toEqual(['prefill messages[1]']);
  });

  it('is not a call whose result is missing', () => {
    const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
    expect(features({ messages: [asked, { role: 'assistant', content: [call] }] })).not.toContain(
      'prefill messages[1]',
    );
  });
});

describe('tools', () => {
  it('are functions, strict where the client says so', () => {
    const tool = { name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true };
    expect(parse({ tools: [tool] }).tools).toEqual([
      { kind: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: true },
    ]);
    expect(features({ tools: [tool] })).toEqual(['function-tool tools', 'strict-tool tools[0].strict']);
  });

  it.each([
    ['bash_20250124', 'bash', 'command'],
    ['text_editor_20250728', 'str_replace_based_edit_tool', 'old_str'],
    ['memory_20250818', 'memory', 'old_path'],
    ['computer_20251124', 'computer', 'coordinate'],
  ])('are functions with the schema that Claude knows: %s', (type, name, property) => {
    const [tool] = parse({ tools: [{ type, name, display_width_px: 10, display_height_px: 20 }] }).tools;
    expect(tool).toMatchObject({ kind: 'function', name, schema: { properties: { [property]: {} } } });
  });

  it('search the web within the domains that the client names', () => {
    const tool = {
      type: 'web_search_20250305',
      name: 'web_search',
      max_uses: 3,
      allowed_domains: ['a.test'],
      blocked_domains: [],
    };
    expect(parse({ tools: [tool] }).tools).toEqual([{ kind: 'web-search', maxUses: 3, allowedDomains: ['a.test'] }]);
    expect(features({ tools: [tool] })).toEqual(['web-search tools[0]', 'web-search-domains tools[0].allowed_domains']);
  });

  it.each([
    ['web_fetch_20250910', 'url-context'],
    ['code_execution_20250825', 'code-execution'],
    ['mcp_toolset', 'mcp'],
    ['crystal_ball_20300101', 'hosted-tool'],
  ])('of the provider itself ask for what they are: %s', (type, feature) => {
    expect(features({ tools: [{ type, name: 'x' }] })).toEqual([`${feature} tools[0]`]);
  });

  it('that find tools say nothing where all tools are sent', () => {
    const parsed = parse({ tools: [{ type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' }] });
    expect([parsed.tools, parsed.uses]).toEqual([[], []]);
  });

  it.each([
    [{ type: 'auto' }, { kind: 'auto' }],
    [{ type: 'any' }, { kind: 'required' }],
    [{ type: 'none' }, { kind: 'none' }],
    [
      { type: 'tool', name: 'f' },
      { kind: 'tool', name: 'f' },
    ],
  ])('are chosen: %j', (choice, expected) => {
    expect(parse({ tool_choice: choice }).toolChoice).toEqual(expected);
  });

  it('are called one at a time where the client wants that', () => {
    const choice = { type: 'auto', disable_parallel_tool_use: true };
    expect(parse({ tool_choice: choice }).parallelToolCalls).toBe(false);
    expect(features({ tool_choice: choice })).toEqual(['single-tool-call tool_choice.disable_parallel_tool_use']);
  });
});

describe('thinking', () => {
  const effort = { effort: 'low' };
  it.each<[string, JsonObject, unknown]>([
    ['a budget', { thinking: { type: 'enabled', budget_tokens: 2000 } }, { wish: { kind: 'budget', tokens: 2000 } }],
    ['as it likes', { thinking: { type: 'adaptive' } }, { wish: { kind: 'auto' } }],
    ['by effort', { thinking: { type: 'adaptive' }, output_config: effort }, { wish: { kind: 'level', level: 'low' } }],
    ['effort alone', { output_config: effort }, { wish: { kind: 'level', level: 'low' } }],
    ['off', { thinking: { type: 'disabled' }, output_config: effort }, { wish: { kind: 'none' } }],
    ['unseen', { thinking: { type: 'adaptive', display: 'omitted' } }, { wish: { kind: 'auto' }, visible: false }],
    ['seen', { thinking: { type: 'adaptive', display: 'summarized' } }, { wish: { kind: 'auto' }, visible: true }],
  ])('%s', (_name, more, expected) => {
    expect(parse(more).thinking).toEqual(expected);
  });

  it('of an unknown kind is refused', () => {
    expect(failure({ thinking: { type: 'wild' } })).toBe('thinking.type');
    expect(failure({ output_config: { effort: 'huge' } })).toBe('output_config.effort');
  });
});

describe('other fields', () => {
  it.each<[JsonObject, string[]]>([
    [{ temperature: 0.5, top_p: 0.9, top_k: 4 }, ['temperature temperature', 'top-p top_p', 'top-k top_k']],
    [{ stop_sequences: ['x'] }, ['stop stop_sequences']],
    [{ stop_sequences: [] }, []],
    [{ metadata: { user_id: 'u' } }, ['user metadata.user_id']],
    [{ service_tier: 'auto' }, []],
    [{ service_tier: 'standard_only' }, ['service-tier service_tier']],
    [{ speed: 'fast' }, ['service-tier speed']],
    [{ mcp_servers: [{ type: 'url', url: 'https://a.test', name: 'a' }] }, ['mcp mcp_servers']],
    [{ mcp_servers: [] }, []],
    [{ container: 'c' }, ['container container']],
    [{ context_management: { edits: [] } }, ['context-management context_management']],
    [{ output_config: { format: { type: 'json_schema', schema: {} } } }, ['schema-output output_config.format']],
    [{ output_format: { type: 'json_schema', schema: {} } }, ['schema-output output_format']],
    [{ inference_geo: 'eu' }, ['unknown inference_geo']],
    [{ betas: ['x'] }, []],
    [{ novelty: 1 }, ['unknown novelty']],
  ])('%j', (more, expected) => {
    expect(features(more)).toEqual(expected);
  });

  it('have the meaning that other formats know', () => {
    const parsed = parse({ speed: 'fast', metadata: { user_id: 'u' }, stop_sequences: ['x'], top_k: 4 });
    expect(parsed).toMatchObject({ serviceTier: 'priority', user: 'u', sampling: { stop: ['x'], topK: 4 } });
  });

  it.each([[{ messages: [] }], [{ messages: 'hi' }]])('without messages: %j', (more) => {
    expect(failure(more)).toBe('messages');
  });
});

it('whatever is sent, only a field is at fault', () => {
  const name = fc.constantFrom('messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config', 'metadata');
  const inner = fc.constantFrom('type', 'role', 'content', 'text', 'source', 'input', 'name', 'format', 'citations');
  const kind = fc.constantFrom(
    'text',
    'image',
    'document',
    'tool_use',
    'tool_result',
    'server_tool_use',
    'user',
    'base64',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      kind,
      fc.jsonValue({ maxDepth: 1 }),
      fc.dictionary(inner, tie('any'), { maxKeys: 5 }),
      fc.array(tie('any'), { maxLength: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(name, value), (body) => {
      expect(() => failure(body as JsonObject)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
