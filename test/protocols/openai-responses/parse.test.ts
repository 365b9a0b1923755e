import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../main/protocols/conversation.ts';
import { type JsonObject, parseExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';
import { parseRequest } from '../../../main/protocols/openai-responses/parse.ts';

function parse(body: JsonObject): Conversation {
  return parseRequest({
    body: { model: 'gpt-5.5', input: 'hi', ...body },
    operation: 'generate',
    path: '/v1/responses',
  });
}

function turnsOf(...input: JsonObject[]): Conversation['turns'] {
  return parse({ input }).turns;
}

function usesOf(body: JsonObject): string[] {
  return parse(body).uses.map(({ feature, field }) => `${feature} ${field}`);
}

const user = (...content: JsonObject[]): JsonObject => ({ type: 'message', role: 'user', content });
const text = (value: string) => ({ kind: 'text', text: value });
const geminiSignature = 'skip_thought_signature_validator';

describe('parsing the input of a Responses request', () => {
  it.each<[string, JsonObject, object]>([
    ['a string', { input: 'hi' }, { turns: [{ role: 'user', parts: [text('hi')] }] }],
    ['instructions', { instructions: 'Be brief', input: 'hi' }, { system: [{ text: 'Be brief' }] }],
    ['instructions that are null', { instructions: null, input: 'hi' }, { system: [] }],
    [
      'messages without a type, of text and of parts',
      {
        input: [
          { role: 'developer', content: 'Rules' },
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: [{ type: 'output_text', text: 'yo', annotations: [] }] },
          { role: 'user', content: [{ type: 'input_text', text: 'more' }] },
        ],
      },
      {
        system: [{ text: 'Rules' }],
        turns: [
          { role: 'user', parts: [text('hi')] },
          { role: 'assistant', parts: [text('yo')] },
          { role: 'user', parts: [text('more')] },
        ],
      },
    ],
    [
      'a refusal in the history',
      {
        input: [
          { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
          { role: 'user', content: 'ok' },
        ],
      },
      { turns: [{ role: 'assistant', parts: [text('No.')] }, {}] },
    ],
    [
      'instructions in the middle',
      { input: [user({ type: 'input_text', text: 'a' }), { role: 'system', content: 'Now be rude' }] },
      { turns: [{ role: 'user' }, { role: 'system', parts: [text('Now be rude')] }] },
    ],
  ])('reads %s', (_what, body, expected) => {
    expect(parse(body)).toMatchObject(expected);
  });

  it('reads images, files and audio, whatever they come as', () => {
    const turns = turnsOf(
      user(
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
        { type: 'input_image', image_url: { url: 'https://example.com/a.png' } },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' },
        { type: 'input_file', filename: 'b.pdf', file_data: 'JVBE' },
        { type: 'input_file', file_url: 'https://example.com/c.pdf' },
        { type: 'input_file', filename: 'd.txt', file_data: 'data:text/plain;base64,aGk=' },
        { type: 'input_audio', input_audio: { data: 'UklG', format: 'mp3' } },
      ),
    );
    expect(turns[0]?.parts).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'low' },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' }, title: 'a.pdf' },
      { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' }, title: 'b.pdf' },
      { kind: 'document', source: { kind: 'url', url: 'https://example.com/c.pdf' } },
      { kind: 'document', source: { kind: 'text', text: 'hi' }, title: 'd.txt' },
      { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mp3', data: 'UklG' } },
    ]);
  });

  it('reads calls and their outputs of every kind into turns of their own roles', () => {
    const turns = turnsOf(
      { role: 'user', content: 'go' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'EqQB' },
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"a":1}' },
      { type: 'function_call', call_id: 'c2', name: 'find', namespace: 'docs', arguments: '' },
      { type: 'custom_tool_call', call_id: 'c3', name: 'patch', input: '*** Begin' },
      {
        type: 'local_shell_call',
        id: 'ls_1',
        call_id: 'c4',
        action: { type: 'exec', command: ['ls'] },
        status: 'completed',
      },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'two' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA' },
        ],
      },
      { type: 'custom_tool_call_output', call_id: 'c3', output: 'three' },
      { type: 'local_shell_call_output', id: 'c4', output: 'four' },
    );
    expect(turns).toEqual([
      { role: 'user', parts: [text('go')] },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm', signature: 'EqQB', id: 'rs_1' },
          { kind: 'tool-call', id: 'c1', name: 'read', input: '{"a":1}' },
          { kind: 'tool-call', id: 'c2', name: 'docs__find', input: '{}' },
          { kind: 'tool-call', id: 'c3', name: 'patch', input: '*** Begin', custom: true },
          { kind: 'tool-call', id: 'c4', name: 'local_shell', input: '{"action":{"type":"exec","command":["ls"]}}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool-result', callId: 'c1', parts: [text('one')] },
          {
            kind: 'tool-result',
            callId: 'c2',
            parts: [text('two'), { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' } }],
          },
          { kind: 'tool-result', callId: 'c3', parts: [text('three')], custom: true },
          { kind: 'tool-result', callId: 'c4', parts: [text('four')] },
        ],
      },
    ]);
  });

  it.each<[string, JsonObject, object[]]>([
    [
      'a web search',
      {
        type: 'web_search_call',
        id: 'ws_1',
        action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://a' }] },
      },
      [
        { kind: 'search-call', id: 'ws_1', query: 'q' },
        { kind: 'search-result', callId: 'ws_1', results: [{ title: 'https://a', url: 'https://a' }] },
      ],
    ],
    [
      'code that ran',
      { type: 'code_interpreter_call', id: 'ci_1', code: '1+1', outputs: [{ type: 'logs', logs: '2' }] },
      [
        { kind: 'code', language: 'python', code: '1+1' },
        { kind: 'code-output', output: '2', failed: false },
      ],
    ],
    [
      'redacted thinking of Claude',
      { type: 'reasoning', summary: [], encrypted_content: 'claude-redacted#abc' },
      [{ kind: 'redacted-thinking', data: 'abc' }],
    ],
    [
      'reasoning told as content',
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'deep' }] },
      [{ kind: 'thinking', text: 'deep' }],
    ],
  ])('reads %s', (_what, item, parts) => {
    expect(turnsOf(item)[0]).toEqual({ role: 'assistant', parts });
  });

  it('reads a call of an MCP server together with its result', () => {
    const item = { type: 'mcp_call', id: 'mcp_1', server_label: 'docs', name: 'find', arguments: '{}', error: 'gone' };
    expect(turnsOf(item)).toEqual([
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'mcp_1', name: 'docs__find', input: '{}' }] },
      { role: 'user', parts: [{ kind: 'tool-result', callId: 'mcp_1', parts: [text('gone')], isError: true }] },
    ]);
  });

  it('gives a Gemini signature that a reasoning item carried back to the call behind it', () => {
    const turns = turnsOf(
      { type: 'reasoning', summary: [], encrypted_content: geminiSignature },
      { type: 'function_call', call_id: 'c1', name: 'a', arguments: '{}' },
      { type: 'function_call', call_id: 'c2', name: 'b', arguments: '{}' },
    );
    expect(turns[0]?.parts).toEqual([
      { kind: 'tool-call', id: 'c1', name: 'a', input: '{}', signature: geminiSignature },
      { kind: 'tool-call', id: 'c2', name: 'b', input: '{}' },
    ]);
  });

  it('keeps the last of items that come twice', () => {
    const turns = turnsOf(
      { type: 'function_call', call_id: 'c1', name: 'a', arguments: '{"old":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'old' },
      { type: 'function_call', call_id: 'c1', name: 'a', arguments: '{"new":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'new' },
    );
    expect(turns).toMatchObject([{ parts: [{ input: '{"new":1}' }] }, { parts: [{ parts: [text('new')] }] }]);
  });

  it('keeps every digit of arguments that come as an object', () => {
    const body = parseExact(
      '{"model":"m","input":[{"type":"function_call","call_id":"c","name":"a","arguments":{"id":12345678901234567890}}]}',
    );
    const conversation = parseRequest({ body: body as JsonObject, operation: 'generate', path: '' });
    expect(conversation.turns[0]?.parts[0]).toMatchObject({ input: '{"id":12345678901234567890}' });
  });
});

describe('parsing tools and settings', () => {
  it('flattens groups of tools and remembers what the client calls them', () => {
    const { tools } = parse({
      tools: [
        { type: 'function', name: 'read', description: 'Reads', parameters: { type: 'object' }, strict: true },
        { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
        {
          type: 'namespace',
          name: 'mcp__docs__',
          tools: [{ type: 'function', name: 'find', parameters: { type: 'object' } }],
        },
        {
          type: 'web_search_preview_2025_03_11',
          filters: { allowed_domains: ['a.example'] },
          user_location: { type: 'approximate' },
        },
      ],
    });
    expect(tools).toEqual([
      { kind: 'function', name: 'read', description: 'Reads', schema: { type: 'object' }, strict: true },
      { kind: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
      {
        kind: 'function',
        name: 'mcp__docs__find',
        schema: { type: 'object' },
        member: { group: 'mcp__docs__', name: 'find' },
      },
      { kind: 'web-search', allowedDomains: ['a.example'], userLocation: { type: 'approximate' } },
    ]);
  });

  it('reads tools that Codex lists among the items', () => {
    const item = { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'late' }] };
    expect(parse({ input: [item, { role: 'user', content: 'hi' }] }).tools).toMatchObject([{ name: 'late' }]);
  });

  it.each<[JsonObject['tool_choice'], object]>([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', name: 'a' },
      { kind: 'tool', name: 'a' },
    ],
    [
      { type: 'function', name: 'a', namespace: 'g' },
      { kind: 'tool', name: 'g__a' },
    ],
    [
      { type: 'custom', name: 'p' },
      { kind: 'tool', name: 'p' },
    ],
    [{ type: 'web_search_preview' }, { kind: 'tool', name: 'web_search' }],
    [
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [
          { type: 'function', name: 'a' },
          { type: 'custom', name: 'p' },
        ],
      },
      { kind: 'some', names: ['a', 'p'], mode: 'required' },
    ],
  ])('reads the tool choice %j', (choice, expected) => {
    expect(parse({ tool_choice: choice }).toolChoice).toEqual(expected);
  });

  it('reads sampling, limits, reasoning, output shape and the rest', () => {
    const conversation = parse({
      stream: true,
      max_output_tokens: 100,
      temperature: 0.2,
      top_p: 0.9,
      parallel_tool_calls: false,
      reasoning: { effort: 'high', summary: 'detailed' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      service_tier: 'priority',
      prompt_cache_key: 'k',
      safety_identifier: 'u',
      metadata: { a: 'b' },
    });
    expect(conversation).toMatchObject({
      stream: true,
      sampling: { maxOutputTokens: 100, temperature: 0.2, topP: 0.9 },
      parallelToolCalls: false,
      thinking: { wish: { kind: 'level', level: 'high' }, visible: true, summary: 'detailed' },
      output: { kind: 'schema', name: 'n', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
      serviceTier: 'priority',
      cacheKey: 'k',
      user: 'u',
      metadata: { a: 'b' },
    });
  });

  it.each<[JsonObject, object]>([
    [{ effort: 'none' }, { wish: { kind: 'none' }, visible: false }],
    [{ summary: 'auto' }, { wish: { kind: 'auto' }, visible: true, summary: 'auto' }],
    [{ effort: 'xhigh' }, { wish: { kind: 'level', level: 'xhigh' }, visible: false }],
  ])('reads the reasoning %j', (reasoning, thinking) => {
    expect(parse({ reasoning }).thinking).toEqual(thinking);
  });
});

describe('noting what a request uses', () => {
  it.each<[JsonObject, string[]]>([
    [{ instructions: 'x' }, ['system instructions']],
    [{ previous_response_id: 'resp_1' }, ['previous-response previous_response_id']],
    [{ conversation: 'conv_1' }, ['stored-conversation conversation']],
    [{ background: true }, ['background background']],
    [{ background: false }, []],
    [{ prompt: { id: 'p' } }, ['prompt-template prompt']],
    [{ store: true }, ['store store']],
    [{ store: false, truncation: 'disabled', service_tier: 'auto', metadata: {}, top_logprobs: 0 }, []],
    [{ truncation: 'auto' }, ['truncation truncation']],
    [{ max_tool_calls: 3 }, ['max-tool-calls max_tool_calls']],
    [{ top_logprobs: 3 }, ['logprobs top_logprobs']],
    [{ include: ['reasoning.encrypted_content'] }, []],
    [{ include: ['message.output_text.logprobs'] }, ['logprobs include']],
    [{ include: ['file_search_call.results'] }, ['include include']],
    [{ client_metadata: { a: 'b' } }, ['metadata client_metadata']],
    [{ stream_options: { include_obfuscation: false } }, []],
    [{ brand_new: 1 }, ['unknown brand_new']],
    [{ tools: [{ type: 'image_generation' }] }, ['image-generation tools[0]']],
    [{ tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }, ['code-execution tools[0]']],
    [{ tools: [{ type: 'computer_use_preview' }] }, ['hosted-tool tools[0]']],
    [{ tools: [{ type: 'local_shell' }] }, ['hosted-tool tools[0]']],
    [{ tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://x' }] }, ['mcp tools[0]']],
    [{ tools: [{ type: 'tool_search' }] }, ['unknown tools[0]']],
    [{ input: [{ type: 'input_new', id: 'x' }] }, ['unknown input[0]']],
    [{ input: [{ role: 'assistant', content: 'Sure:' }] }, ['prefill input[0]']],
    [{ input: [user({ type: 'input_image', file_id: 'file-1' })] }, ['file-id input[0].content[0]']],
    [{ input: [user({ type: 'input_file', file_url: 'https://a/b.pdf' })] }, ['document-url input[0].content[0]']],
  ])('notes %j as %j', (body, uses) => {
    expect(usesOf(body)).toEqual(uses);
  });
});

describe('refusing what the format does not allow', () => {
  it.each<[JsonObject, string]>([
    [{ model: 7 }, 'model'],
    [{ input: null }, 'input'],
    [{ input: [{ content: 'x' }] }, 'input[0].type'],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ type: 'function_call', name: 'a' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    [{ input: [user({ type: 'input_image', image_url: 'ftp://x' })] }, 'input[0].content[0].image_url'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 'maybe' }, 'tool_choice'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
    [{ temperature: 'hot' }, 'temperature'],
  ])('refuses %j by its field', (body, field) => {
    expect(() => parse(body)).toThrowError(expect.objectContaining({ name: 'FieldError', field }));
  });

  it('throws nothing but FieldError for random JSON', () => {
    const members = ['input', 'tools', 'tool_choice', 'reasoning', 'text', 'include', 'metadata', 'stream_options'];
    const type = fc.constantFrom(
      'message',
      'reasoning',
      'function_call',
      'function_call_output',
      'web_search_call',
      'mcp_call',
      'function',
      'namespace',
    );
    const item = fc
      .dictionary(
        fc.constantFrom('role', 'content', 'name', 'call_id', 'output', 'action', 'tools', 'summary'),
        fc.jsonValue(),
      )
      .chain((rest) => type.map((kind) => ({ ...rest, type: kind })));
    const value = fc.oneof(fc.jsonValue(), fc.array(item));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...members), value), (body) => {
        try {
          parse(body as JsonObject);
        } catch (error) {
          expect(error).toBeInstanceOf(FieldError);
        }
      }),
    );
  });
});
