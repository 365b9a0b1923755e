import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../../main/protocols/conversation.ts';
import type { JsonObject } from '../../../main/protocols/exact-json.ts';
import { carried, type Dialect, dropped, emulated } from '../../../main/protocols/features.ts';
import { responsesDialect } from '../../../main/protocols/openai-responses/dialect.ts';
import { parseRequest } from '../../../main/protocols/openai-responses/parse.ts';
import { renderRequest } from '../../../main/protocols/openai-responses/render.ts';
import type { RenderTarget } from '../../../main/protocols/translator.ts';
import { assistant, conversationOf, text, user } from '../conversations.ts';

const gptSignature = `gAAAA${'A'.repeat(95)}`;

function target(more: Partial<RenderTarget> = {}): RenderTarget {
  return { dialect: responsesDialect, model: 'gpt-5.5', maxOutput: 128_000, stream: true, ...more };
}

function render(more: Partial<Conversation>, to: Partial<RenderTarget> = {}) {
  return renderRequest(conversationOf(more), target(to));
}

function itemsOf(...turns: Turn[]) {
  return render({ turns }).body.input;
}

const call = (id: string, more: Partial<Extract<Part, { kind: 'tool-call' }>> = {}): Part => ({
  kind: 'tool-call',
  id,
  name: 'read',
  input: '{"a":1}',
  ...more,
});
const result = (callId: string, more: Partial<Extract<Part, { kind: 'tool-result' }>> = {}): Part => ({
  kind: 'tool-result',
  callId,
  parts: [{ kind: 'text', text: 'done' }],
  ...more,
});

const less = (treatments: Partial<Dialect['treatments']>): Dialect => ({
  ...responsesDialect,
  id: 'less',
  treatments: { ...responsesDialect.treatments, ...treatments },
});

describe('rendering turns as items', () => {
  it('puts the system text in front as a developer message, and later instructions at their place', () => {
    const { body } = render({
      system: [{ text: 'One' }, { text: 'Two' }],
      turns: [user(text('hi')), { role: 'system', parts: [text('Three')] }, user(text('go'))],
    });
    expect(body).not.toHaveProperty('instructions');
    expect(body.input).toEqual([
      {
        type: 'message',
        role: 'developer',
        content: [
          { type: 'input_text', text: 'One' },
          { type: 'input_text', text: 'Two' },
        ],
      },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Three' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go' }] },
    ]);
  });

  it('writes media as the API takes it', () => {
    const [item] = itemsOf(
      user(
        { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' }, detail: 'high' },
        { kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
        { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'BB' }, title: 'x.pdf' },
        { kind: 'document', source: { kind: 'url', url: 'https://a/c.pdf' } },
        { kind: 'document', source: { kind: 'text', text: 'plain' }, title: 'notes' },
        { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'CC' } },
      ),
    ) as JsonObject[];
    expect(item?.content).toEqual([
      { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'high' },
      { type: 'input_image', image_url: 'https://a/b.png' },
      { type: 'input_file', filename: 'x.pdf', file_data: 'data:application/pdf;base64,BB' },
      { type: 'input_file', file_url: 'https://a/c.pdf' },
      { type: 'input_text', text: 'notes\n\nplain' },
      { type: 'input_audio', input_audio: { data: 'CC', format: 'mp3' } },
    ]);
  });

  it('sends reasoning back only to the family that made it', () => {
    const items = itemsOf(
      user(text('hi')),
      assistant(
        { kind: 'thinking', text: 'Hm', signature: gptSignature, id: 'rs_1' },
        { kind: 'thinking', text: 'Claude thought', signature: 'EqQBCgIYAhIk' },
        { kind: 'thinking', text: 'unsigned' },
        { kind: 'redacted-thinking', data: 'x' },
        text('ok'),
      ),
      user(text('more')),
    ) as JsonObject[];
    expect(items.slice(1, 3)).toEqual([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: gptSignature,
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ok', annotations: [] }] },
    ]);
    expect(items).toHaveLength(4);
  });

  it('writes calls and results, text where they are text, parts where they are more', () => {
    const image: Extract<Part, { kind: 'image' }> = {
      kind: 'image',
      source: { kind: 'data', mediaType: 'image/png', data: 'AA' },
    };
    const items = itemsOf(
      user(text('go')),
      assistant(call('c1'), call('c2', { input: ' ' }), call('c3', { name: 'patch', input: 'text', custom: true })),
      user(
        result('c1', { isError: true }),
        result('c2', { parts: [{ kind: 'text', text: 'see' }, image] }),
        result('c3', { custom: true }),
      ),
    ) as JsonObject[];
    expect(items.slice(1)).toEqual([
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"a":1}' },
      { type: 'function_call', call_id: 'c2', name: 'read', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c3', name: 'patch', input: 'text' },
      { type: 'function_call_output', call_id: 'c1', output: '[tool error] done' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA' },
        ],
      },
      { type: 'custom_tool_call_output', call_id: 'c3', output: 'done' },
    ]);
  });

  it('shortens call ids the same way for the call and its result', () => {
    const long = 'toolu_'.repeat(20);
    const items = itemsOf(user(text('go')), assistant(call(long)), user(result(long))) as JsonObject[];
    expect(String(items[1]?.call_id).length).toBeLessThanOrEqual(64);
    expect(items[1]?.call_id).toBe(items[2]?.call_id);
  });

  it('tells searches and code of the history as text', () => {
    const items = itemsOf(
      user(text('go')),
      assistant(
        { kind: 'search-call', id: 's', query: 'weather' },
        { kind: 'search-result', callId: 's', results: [{ title: 'W', url: 'https://w' }] },
        { kind: 'code', language: 'python', code: '1+1' },
        { kind: 'code-output', output: '2', failed: false },
      ),
      user(text('thanks')),
    ) as JsonObject[];
    const texts = (items[1]?.content ?? []) as JsonObject[];
    expect(texts.map(({ text }) => text)).toEqual([
      '[Searched the web for: weather]',
      'W\nhttps://w',
      '```python\n1+1\n```',
      '```\n2\n```',
    ]);
  });
});

describe('rendering tools', () => {
  const tools: Conversation['tools'] = [
    { kind: 'function', name: 'docs/find', description: 'Finds', schema: { properties: {} } },
    { kind: 'custom', name: 'patch', format: { type: 'text' } },
    { kind: 'web-search', allowedDomains: ['a.example'], blockedDomains: ['b.example'] },
  ];

  it('fits names, keeps formats and says what it leaves out', () => {
    const uses = [{ feature: 'web-search-domains' as const, field: 'tools[2].blocked_domains' }];
    const {
      body,
      notes,
      dropped: left,
    } = render({ tools, uses, parallelToolCalls: false, toolChoice: { kind: 'required' } });
    expect(body).toMatchObject({
      tools: [
        {
          type: 'function',
          name: 'docs_find',
          description: 'Finds',
          parameters: { type: 'object', properties: {} },
          strict: false,
        },
        { type: 'custom', name: 'patch', format: { type: 'text' } },
        { type: 'web_search', filters: { allowed_domains: ['a.example'] } },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    expect(notes.toolNames).toEqual(new Map([['docs_find', 'docs/find']]));
    expect(left).toEqual(['tools[2].blocked_domains']);
  });

  it('wraps free-text tools as functions where the upstream has none', () => {
    const dialect = less({ 'custom-tool': emulated('as a function') });
    const turns = [
      user(text('go')),
      assistant(call('c', { name: 'patch', input: 'a "b"', custom: true })),
      user(result('c', { custom: true })),
    ];
    const { body, notes } = render({ tools, turns }, { dialect });
    expect((body.tools as JsonObject[])[1]).toMatchObject({
      type: 'function',
      name: 'patch',
      parameters: { required: ['input'] },
    });
    expect((body.input as JsonObject[]).slice(1)).toEqual([
      { type: 'function_call', call_id: 'c', name: 'patch', arguments: '{"input":"a \\"b\\""}' },
      { type: 'function_call_output', call_id: 'c', output: 'done' },
    ]);
    expect(notes.wrappedTools).toEqual(new Set(['patch']));
  });

  it.each<[NonNullable<Conversation['toolChoice']>, unknown]>([
    [{ kind: 'none' }, 'none'],
    [
      { kind: 'tool', name: 'docs/find' },
      { type: 'function', name: 'docs_find' },
    ],
    [
      { kind: 'tool', name: 'patch' },
      { type: 'custom', name: 'patch' },
    ],
    [{ kind: 'tool', name: 'web_search' }, { type: 'web_search' }],
    [
      { kind: 'some', names: ['docs/find', 'patch'], mode: 'required' },
      {
        type: 'allowed_tools',
        mode: 'required',
        tools: [
          { type: 'function', name: 'docs_find' },
          { type: 'custom', name: 'patch' },
        ],
      },
    ],
  ])('writes the choice %j', (toolChoice, expected) => {
    expect(render({ tools, toolChoice }).body.tool_choice).toEqual(expected);
  });

  it('sends no choice where there are no tools', () => {
    const { body } = render({ toolChoice: { kind: 'auto' }, parallelToolCalls: false });
    expect(body).not.toHaveProperty('tool_choice');
    expect(body).not.toHaveProperty('parallel_tool_calls');
  });
});

describe('rendering settings', () => {
  it('sends what the dialect carries and leaves the cutting to us where it does not', () => {
    const sampling = { maxOutputTokens: 500, temperature: 0.3, topP: 0.8, stop: ['END'] };
    expect(render({ sampling })).toMatchObject({
      body: { max_output_tokens: 500, temperature: 0.3, top_p: 0.8 },
      notes: { stop: ['END'] },
    });
    const dialect = less({ 'max-output': emulated('cut here'), temperature: dropped, 'top-p': dropped });
    const { body, notes } = render({ sampling }, { dialect });
    for (const name of ['max_output_tokens', 'temperature', 'top_p']) expect(body).not.toHaveProperty(name);
    expect(notes).toMatchObject({ stop: ['END'], maxOutputTokens: 500 });
  });

  it.each([
    [4, 16],
    [999_999, 128_000],
  ])('fits a limit of %i tokens and says so', (maxOutputTokens, sent) => {
    const uses = [{ feature: 'max-output' as const, field: 'max_tokens' }];
    const { body, changed } = render({ sampling: { maxOutputTokens }, uses });
    expect(body.max_output_tokens).toBe(sent);
    expect(changed).toEqual(['max_tokens']);
  });

  const support = { levels: ['low', 'medium', 'high'] as const, canDisable: false };
  it.each<[string, Partial<Conversation>, Partial<RenderTarget>, unknown, boolean]>([
    ['a level', { thinking: { wish: { kind: 'level', level: 'low' } } }, {}, { effort: 'low', summary: 'auto' }, true],
    [
      'a level too high',
      { thinking: { wish: { kind: 'level', level: 'max' } } },
      { thinkingSupport: support },
      { effort: 'high', summary: 'auto' },
      true,
    ],
    [
      'a budget',
      { thinking: { wish: { kind: 'budget', tokens: 9000 } } },
      { thinkingSupport: support },
      { effort: 'high', summary: 'auto' },
      true,
    ],
    [
      'hidden thinking',
      { thinking: { wish: { kind: 'auto' }, visible: false } },
      { thinkingSupport: support },
      {},
      true,
    ],
    ['none', { thinking: { wish: { kind: 'none' } } }, {}, { effort: 'none' }, false],
    [
      'none where it cannot be',
      { thinking: { wish: { kind: 'none' } } },
      { thinkingSupport: support },
      { effort: 'low', summary: 'auto' },
      true,
    ],
    [
      'the suffix over the body',
      { thinking: { wish: { kind: 'none' } } },
      { thinkingSupport: support, thinking: { kind: 'level', level: 'high' } },
      { effort: 'high', summary: 'auto' },
      true,
    ],
    ['nothing', {}, { thinkingSupport: support }, undefined, true],
    [
      'nothing for a model that does not think',
      { thinking: { wish: { kind: 'level', level: 'low' } } },
      { thinkingSupport: { levels: [], canDisable: false } },
      undefined,
      false,
    ],
  ])('asks for %s', (_what, more, to, reasoning, encrypted) => {
    const { body } = render(more, to);
    expect(body.reasoning).toEqual(reasoning);
    expect(body.include).toEqual(encrypted ? ['reasoning.encrypted_content'] : undefined);
  });

  it('writes the shape of the output', () => {
    expect(render({ output: { kind: 'json' } }).body.text).toEqual({ format: { type: 'json_object' } });
    expect(
      render({ output: { kind: 'schema', schema: { type: 'object' }, name: 'a b', strict: true }, verbosity: 'low' })
        .body.text,
    ).toEqual({
      format: { type: 'json_schema', name: 'a_b', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
    });
    const { body } = render(
      { output: { kind: 'json' } },
      { dialect: less({ 'json-output': emulated('an open schema') }) },
    );
    expect(body.text).toMatchObject({
      format: { type: 'json_schema', schema: { type: 'object', additionalProperties: true } },
    });
  });

  it('never asks the provider to store anything', () => {
    const { body } = render({ serviceTier: 'priority', cacheKey: 'k', user: 'u', metadata: { a: 'b' } });
    expect(body).toMatchObject({
      store: false,
      service_tier: 'priority',
      prompt_cache_key: 'k',
      user: 'u',
      metadata: { a: 'b' },
    });
    const nothing = less({ user: dropped, metadata: dropped, 'cache-key': dropped, verbosity: carried });
    expect(render({ cacheKey: 'k', user: 'u', metadata: {} }, { dialect: nothing }).body).toEqual({
      model: 'gpt-5.5',
      stream: true,
      store: false,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    });
  });
});

describe('a conversation that is rendered and parsed again', () => {
  it('means the same', () => {
    const before = conversationOf({
      model: 'gpt-5.5',
      system: [{ text: 'Rules' }],
      turns: [
        user(text('look'), { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA' } }),
        assistant(
          { kind: 'thinking', text: 'Hm', signature: gptSignature, id: 'rs_1' },
          text('I call'),
          call('c1'),
          call('c2', { name: 'patch', input: 'x', custom: true }),
        ),
        user(result('c1'), result('c2', { custom: true })),
        assistant(text('done')),
        user(text('thanks')),
      ],
      tools: [
        { kind: 'function', name: 'read', schema: { type: 'object' }, strict: false },
        { kind: 'custom', name: 'patch' },
      ],
      toolChoice: { kind: 'some', names: ['read'], mode: 'auto' },
      parallelToolCalls: false,
      thinking: { wish: { kind: 'level', level: 'high' }, visible: true, summary: 'auto' },
      sampling: { maxOutputTokens: 100, temperature: 0.1 },
      verbosity: 'low',
    });
    const { body } = renderRequest(before, target());
    const { uses: _uses, ...after } = parseRequest({ body, operation: 'generate', path: '' });
    const { uses: _before, ...expected } = before;
    expect(after).toEqual(expected);
  });
});
