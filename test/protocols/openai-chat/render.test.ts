import { describe, expect, it } from 'vitest';
import type { Conversation, Part, Turn } from '../../../main/protocols/conversation.ts';
import type { JsonObject } from '../../../main/protocols/exact-json.ts';
import { type Dialect, type Feature, type FeatureUse, FieldError } from '../../../main/protocols/features.ts';
import { chatDialect, compatibleDialect } from '../../../main/protocols/openai-chat/dialect.ts';
import { renderChat } from '../../../main/protocols/openai-chat/render.ts';
import type { RenderTarget } from '../../../main/protocols/translator.ts';
import { assistant, conversationOf, text, user } from '../conversations.ts';

const hi = user(text('hi'));
const levels = { levels: ['low', 'medium', 'high'] as const, canDisable: true };
const target = (more: Partial<RenderTarget> = {}): RenderTarget => ({
  dialect: chatDialect,
  model: 'm',
  maxOutput: 1000,
  stream: false,
  ...more,
});
const render = (more: Partial<Conversation>, at: Partial<RenderTarget> = {}) =>
  renderChat(conversationOf({ stream: false, ...more }), target(at));
const messages = (turns: readonly Turn[], dialect: Dialect = chatDialect) =>
  render({ turns }, { dialect }).body.messages as JsonObject[];
const uses = (...pairs: [Feature, string][]): FeatureUse[] => pairs.map(([feature, field]) => ({ feature, field }));
const picture = { kind: 'image' as const, source: { kind: 'data' as const, mediaType: 'image/png', data: 'AAAA' } };
const pictureUrl = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

it('a plain request is a model and its messages', () => {
  expect(render({ system: [{ text: 'a' }, { text: 'b' }] })).toEqual({
    body: {
      model: 'm',
      messages: [
        { role: 'system', content: 'a\n\nb' },
        { role: 'user', content: 'hi' },
      ],
    },
    notes: { toolNames: new Map(), wrappedTools: new Set() },
    changed: [],
    dropped: [],
  });
  expect(render({}, { stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

describe('messages', () => {
  it('have parts where text is not all', () => {
    expect(
      messages([
        user(
          text('a'),
          { ...picture, detail: 'high' },
          { kind: 'document', title: 'a.pdf', source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' } },
          { kind: 'document', title: 'a.md', source: { kind: 'text', text: '# A' } },
          { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'CCCC' } },
        ),
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'high' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
          { type: 'text', text: 'a.md\n\n# A' },
          { type: 'input_audio', input_audio: { data: 'CCCC', format: 'mp3' } },
        ],
      },
    ]);
  });

  it('of text alone are one string', () => {
    const source = { kind: 'data' as const, mediaType: 'text/plain', data: Buffer.from('file').toString('base64') };
    expect(messages([user(text('a'), { kind: 'document', source })])).toEqual([{ role: 'user', content: 'a\n\nfile' }]);
  });

  it('carry calls and results, errors marked, pictures behind all results', () => {
    const call = (id: string): Part => ({ kind: 'tool-call', id, name: 'f', input: '{"a":1}' });
    const turns = [
      hi,
      assistant({ kind: 'thinking', text: 'hm' }, call('c1'), call('c2'), call('c3')),
      user(
        { kind: 'tool-result', callId: 'c1', parts: [text('one'), picture] },
        { kind: 'tool-result', callId: 'c2', parts: [text('bad')], isError: true },
        { kind: 'tool-result', callId: 'c3', parts: [picture] },
        text('go on'),
      ),
    ];
    expect(messages(turns).slice(1)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: ['c1', 'c2', 'c3'].map((id) => ({
          id,
          type: 'function',
          function: { name: 'f', arguments: '{"a":1}' },
        })),
      },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: '[tool error] bad' },
      { role: 'tool', tool_call_id: 'c3', content: '[in the next message]' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '[from the result of call c1]' },
          pictureUrl,
          { type: 'text', text: '[from the result of call c3]' },
          pictureUrl,
          { type: 'text', text: 'go on' },
        ],
      },
    ]);
  });

  it('fit ids of calls and results alike', () => {
    const id = 'x'.repeat(50);
    const [, called, result] = messages([
      hi,
      assistant({ kind: 'tool-call', id, name: 'f', input: '' }),
      user({ kind: 'tool-result', callId: id, parts: [text('ok')] }),
    ]) as unknown as [
      unknown,
      { tool_calls: [{ id: string; function: { arguments: string } }] },
      { tool_call_id: string },
    ];
    expect(called.tool_calls[0].id).toHaveLength(40);
    expect(result.tool_call_id).toBe(called.tool_calls[0].id);
    expect(called.tool_calls[0].function.arguments).toBe('{}');
  });

  it('from the system keep their place, or are marked where a server takes them in front only', () => {
    const turns: Turn[] = [hi, { role: 'system', parts: [text('be brief')] }];
    expect(messages(turns)).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'system', content: 'be brief' },
    ]);
    expect(messages(turns, compatibleDialect)).toEqual([
      { role: 'user', content: 'hi\n\n<system-reminder>\nbe brief\n</system-reminder>' },
    ]);
  });

  it('of servers that think between calls get unsigned thinking back', () => {
    const turns = [
      hi,
      assistant(
        { kind: 'thinking', text: 'own' },
        { kind: 'thinking', text: 'signed', signature: 'E123' },
        { kind: 'tool-call', id: 'c', name: 'f', input: '{}' },
      ),
      user({ kind: 'tool-result', callId: 'c', parts: [text('ok')] }),
    ];
    expect(JSON.stringify(messages(turns))).not.toContain('own');
    expect(messages(turns, compatibleDialect)).toMatchObject([{}, { reasoning_content: 'own' }, {}]);
  });

  it('put pictures of the assistant and its searches into words that the format has', () => {
    const made = messages([
      hi,
      assistant(
        text('look'),
        picture,
        { kind: 'search-call', id: 's', query: 'q' },
        {
          kind: 'search-result',
          callId: 's',
          results: [{ title: 'T', url: 'https://t' }],
        },
      ),
      user(text('nice')),
    ]);
    expect(made).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'look\n\n[searched for: q]\n\nT (https://t)' },
      {
        role: 'user',
        content: [{ type: 'text', text: '[made by the assistant]' }, pictureUrl, { type: 'text', text: 'nice' }],
      },
    ]);
  });

  it('must hold something to answer', () => {
    expect(() => render({ turns: [], system: [{ text: 'a' }] })).toThrow(FieldError);
  });
});

describe('tools', () => {
  const f = { kind: 'function' as const, name: 'f', schema: { type: 'object' } };
  const g = { kind: 'function' as const, name: 'ns.g', schema: { type: 'object' }, strict: true };
  const custom = {
    kind: 'custom' as const,
    name: 'patch',
    format: { type: 'grammar', syntax: 'lark', definition: 'x' },
  };

  it('are named as the API takes them, everywhere', () => {
    const { body, notes } = render({
      tools: [f, g],
      toolChoice: { kind: 'tool', name: 'ns.g' },
      parallelToolCalls: false,
    });
    expect(body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'f', parameters: { type: 'object' } } },
        { type: 'function', function: { name: 'ns_g', strict: true } },
      ],
      tool_choice: { type: 'function', function: { name: 'ns_g' } },
      parallel_tool_calls: false,
    });
    expect([...notes.toolNames]).toEqual([['ns_g', 'ns.g']]);
  });

  it.each([
    [{ kind: 'auto' }, 'auto'],
    [{ kind: 'none' }, 'none'],
    [{ kind: 'required' }, 'required'],
    [
      { kind: 'tool', name: 'patch' },
      { type: 'custom', custom: { name: 'patch' } },
    ],
    [
      { kind: 'some', names: ['f'], mode: 'required' },
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    ],
  ] as const)('are chosen: %j', (toolChoice, expected) => {
    expect(render({ tools: [f, custom], toolChoice }).body.tool_choice).toEqual(expected);
  });

  it('take free text, in a function where the server has none', () => {
    expect(render({ tools: [custom] }).body.tools).toEqual([
      {
        type: 'custom',
        custom: { name: 'patch', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
      },
    ]);
    const { body, notes } = render(
      {
        tools: [custom],
        turns: [
          hi,
          assistant({ kind: 'tool-call', id: 'c', name: 'patch', input: 'a"b', custom: true }),
          user({ kind: 'tool-result', callId: 'c', parts: [text('ok')], custom: true }),
        ],
      },
      { dialect: compatibleDialect },
    );
    expect(body.tools).toMatchObject([
      { type: 'function', function: { name: 'patch', parameters: { required: ['input'] } } },
    ]);
    expect(body.messages).toMatchObject([
      {},
      { tool_calls: [{ type: 'function', function: { arguments: '{"input":"a\\"b"}' } }] },
      {},
    ]);
    expect(notes.wrappedTools).toEqual(new Set(['patch']));
  });

  it('are only some where a server cannot be told to choose', () => {
    const toolChoice = { kind: 'some', names: ['f'], mode: 'required' } as const;
    const { body } = render({ tools: [f, g], toolChoice }, { dialect: compatibleDialect });
    expect(body).toMatchObject({ tools: [{ function: { name: 'f' } }], tool_choice: 'required' });
    expect(body.tools).toHaveLength(1);
  });

  it('leave nothing behind where there are none', () => {
    expect(render({ toolChoice: { kind: 'auto' }, parallelToolCalls: false }).body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
    });
  });
});

describe('options', () => {
  const sampling = { maxOutputTokens: 5000, temperature: 0.5, topP: 0.9, seed: 1, stop: ['a', 'b', 'c', 'd', 'e'] };
  const asked = uses(['max-output', 'max_tokens'], ['temperature', 'temperature'], ['top-p', 'top_p']);

  it('are sent, clamped to what the model gives, with what remains to be cut here', () => {
    expect(render({ sampling, uses: asked })).toMatchObject({
      body: { max_completion_tokens: 1000, temperature: 0.5, top_p: 0.9, seed: 1, stop: ['a', 'b', 'c', 'd'] },
      notes: { stop: ['e'] },
      changed: ['max_tokens'],
      dropped: [],
    });
  });

  it('are fewer for models of OpenAI that think, and reported', () => {
    const { body, notes, dropped } = render({ sampling, uses: asked }, { thinkingSupport: levels });
    expect(body).toEqual({ model: 'm', messages: expect.anything(), max_completion_tokens: 1000, seed: 1 });
    expect([notes.stop, dropped]).toEqual([sampling.stop, ['temperature', 'top_p']]);
    expect(
      render({ sampling, uses: asked, thinking: { wish: { kind: 'none' } } }, { thinkingSupport: levels }).body,
    ).toMatchObject({
      reasoning_effort: 'none',
      temperature: 0.5,
    });
  });

  it('are all sent to other servers, by the names that they know', () => {
    const at = { dialect: compatibleDialect, thinkingSupport: levels };
    expect(render({ sampling }, at).body).toMatchObject({ max_tokens: 1000, temperature: 0.5 });
  });

  it.each([
    [{ kind: 'level', level: 'high' }, 'high', [], []],
    [{ kind: 'level', level: 'max' }, 'high', ['reasoning_effort'], []],
    [{ kind: 'budget', tokens: 1024 }, 'low', [], []],
    [{ kind: 'none' }, 'none', [], []],
    [{ kind: 'auto' }, undefined, [], []],
  ] as const)('thinking %j is effort %s', (wish, effort, changed, dropped) => {
    const rendered = render(
      { thinking: { wish }, uses: uses(['thinking', 'reasoning_effort']) },
      { thinkingSupport: levels },
    );
    expect(rendered.body.reasoning_effort).toBe(effort);
    expect(rendered).toMatchObject({ changed, dropped });
  });

  it('the suffix of a name beats the body, and a model that does not think gets nothing', () => {
    const thinking = { wish: { kind: 'level', level: 'low' } } as const;
    expect(render({ thinking }, { thinking: { kind: 'level', level: 'high' } }).body.reasoning_effort).toBe('high');
    const none = { thinkingSupport: { levels: [], canDisable: false } };
    expect(render({ thinking, uses: uses(['thinking', 'thinking']) }, none)).toMatchObject({ dropped: ['thinking'] });
  });

  it('shape the answer', () => {
    const schema = { type: 'object', additionalProperties: false };
    expect(render({ output: { kind: 'schema', schema, name: 'my name', strict: true } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'my_name', schema, strict: true },
    });
    const { body } = render({ output: { kind: 'json' } });
    expect(body).toMatchObject({
      response_format: { type: 'json_object' },
      messages: [{ role: 'system', content: expect.stringContaining('JSON') }, { role: 'user' }],
    });
    expect(render({ output: { kind: 'json' }, turns: [user(text('as JSON'))] }).body.messages).toHaveLength(1);
  });

  it('are left out where a server does not know them', () => {
    const all = { verbosity: 'low', serviceTier: 'priority', cacheKey: 'k', user: 'u' } as const;
    expect(render(all).body).toMatchObject({
      verbosity: 'low',
      service_tier: 'priority',
      prompt_cache_key: 'k',
      user: 'u',
    });
    expect(Object.keys(render(all, { dialect: compatibleDialect }).body)).toEqual(['model', 'messages', 'user']);
  });
});
