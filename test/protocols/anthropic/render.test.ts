import { describe, expect, it } from 'vitest';
import { anthropicDialect, deriveAnthropicDialect } from '../../../main/protocols/anthropic/dialect.ts';
import { renderAnthropic } from '../../../main/protocols/anthropic/render.ts';
import type { Conversation, FunctionTool, Part, Turn } from '../../../main/protocols/conversation.ts';
import { type JsonObject, stringifyExact } from '../../../main/protocols/exact-json.ts';
import { emulated, type Feature, type FeatureUse, FieldError } from '../../../main/protocols/features.ts';
import type { ThinkingSupport } from '../../../main/protocols/thinking-suffix.ts';
import type { RenderTarget } from '../../../main/protocols/translator.ts';
import { signThinking } from '../../upstreams/anthropic/signatures.ts';
import { assistant, conversationOf, system, text, user } from '../conversations.ts';

const call: Part = { kind: 'tool-call', id: 'call_1', name: 'f', input: '{"a":1}' };
const result: Part = { kind: 'tool-result', callId: 'call_1', parts: [text('one')] };
const tool: FunctionTool = { kind: 'function', name: 'f', schema: { type: 'object', properties: {} } };
const closed: JsonObject = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};
const uses = (...pairs: [Feature, string][]): FeatureUse[] => pairs.map(([feature, field]) => ({ feature, field }));
const ephemeral = { cache_control: { type: 'ephemeral' } };

const older = deriveAnthropicDialect(
  {},
  { 'mid-system': emulated('in front') },
  { structuredOutputs: false, sampling: 'all', hidesThinking: false },
);
const middling = deriveAnthropicDialect({}, {}, { sampling: 'not-both', hidesThinking: false });
const byLevels: ThinkingSupport = { levels: ['low', 'medium', 'high'], canDisable: true };
const byBudget: ThinkingSupport = { levels: [], budget: { min: 1024, max: 32_000 }, canDisable: true };

function render(more: Partial<Conversation>, at: Partial<RenderTarget> = {}) {
  return renderAnthropic(conversationOf({ stream: false, ...more }), {
    dialect: anthropicDialect,
    model: 'm',
    maxOutput: 9000,
    stream: false,
    ...at,
  });
}
const messages = (turns: readonly Turn[], at: Partial<RenderTarget> = {}) =>
  (render({ turns }, at).body.messages as { role: string; content: JsonObject[] }[]).map(({ role, content }) => ({
    role,
    content: content.map(({ cache_control: _mark, ...block }) => block),
  }));
const field = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof FieldError) return error.field;
    throw error;
  }
  return undefined;
};

it('a plain request is a model, a limit and its messages, the prompt so far marked for the cache', () => {
  expect(render({ system: [{ text: 'a' }, { text: ' ' }], stream: true }, { stream: true })).toEqual({
    body: {
      model: 'm',
      max_tokens: 9000,
      stream: true,
      system: [{ type: 'text', text: 'a', ...ephemeral }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi', ...ephemeral }] }],
    },
    notes: { toolNames: new Map(), wrappedTools: new Set() },
    changed: [],
    dropped: [],
  });
});

describe('messages', () => {
  it('begin with a user, and no two neighbours have one role', () => {
    expect(messages([assistant(text('a')), user(text('b')), user(text('c'))])).toEqual([
      { role: 'user', content: [{ type: 'text', text: '[start of the conversation]' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c' },
        ],
      },
    ]);
  });

  it('have results first behind their calls', () => {
    expect(messages([user(text('a')), assistant(call), user(text('b'), { ...result, isError: true } as Part)])).toEqual(
      [
        { role: 'user', content: [{ type: 'text', text: 'a' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'one' }], is_error: true },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    );
  });

  it('keep thinking that Claude signed, to the letter, and leave other thinking out', () => {
    const signature = signThinking('hm');
    const own: Part = { kind: 'thinking', text: 'hm', signature };
    const others: Part[] = [
      { kind: 'thinking', text: 'x', signature: `gAAAA${'A'.repeat(120)}` },
      { kind: 'thinking', text: 'y' },
      { kind: 'redacted-thinking', data: 'nobody knows' },
    ];
    expect(messages([user(text('a')), assistant(...others, own, call), user(result)])[1]?.content[0]).toEqual({
      type: 'thinking',
      thinking: 'hm',
      signature,
    });
    expect(messages([user(text('a')), assistant(...others), user(text('b'))])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  it('take away the prefix that another gateway put before a signature', () => {
    const signature = signThinking('hm');
    const turns = [
      user(text('a')),
      assistant({ kind: 'thinking', text: 'hm', signature: `claude#${signature}` }, call),
    ];
    expect(messages(turns)[1]?.content[0]).toMatchObject({ signature });
  });

  it('have instructions where the model takes them, else in the system prompt', () => {
    const turns = [system(text('zero')), user(text('a')), system(text('one')), user(text('b'))];
    const { body, betas } = render({ turns });
    expect((body.messages as JsonObject[]).map(({ role }) => role)).toEqual(['user', 'system', 'user']);
    expect(body.system).toMatchObject([{ text: 'zero' }]);
    expect(betas).toEqual(['mid-conversation-system-2026-04-07']);
    const old = render({ turns }, { dialect: older });
    expect(old.body.system).toMatchObject([{ text: 'zero' }, { text: 'one' }]);
    expect((old.body.messages as JsonObject[]).map(({ role }) => role)).toEqual(['user']);
    expect(old.betas).toBeUndefined();
  });

  it.each<[string, Part, JsonObject]>([
    [
      'a picture',
      { kind: 'image', source: { kind: 'data', mediaType: 'image/jpg', data: 'AA' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AA' } },
    ],
    [
      'a link to one',
      { kind: 'image', source: { kind: 'url', url: 'https://a' } },
      { type: 'image', source: { type: 'url', url: 'https://a' } },
    ],
    [
      'a PDF',
      { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA' }, title: 'T' },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' }, title: 'T' },
    ],
    [
      'a file of text',
      { kind: 'document', source: { kind: 'data', mediaType: 'text/csv', data: 'YSxi' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
    ],
    [
      'a text',
      { kind: 'document', source: { kind: 'text', text: 'x' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } },
    ],
    [
      'a link to a document',
      { kind: 'document', source: { kind: 'url', url: 'https://a' } },
      { type: 'document', source: { type: 'url', url: 'https://a' } },
    ],
    ['a search', { kind: 'search-call', id: 's', query: 'q' }, { type: 'text', text: '[searched for: q]' }],
    [
      'what it found',
      { kind: 'search-result', callId: 's', results: [{ title: 'T', url: 'u' }] },
      { type: 'text', text: 'T (u)' },
    ],
    ['code', { kind: 'code', language: 'python', code: '1' }, { type: 'text', text: '```python\n1\n```' }],
    ['what it said', { kind: 'code-output', output: '1', failed: false }, { type: 'text', text: '```output\n1\n```' }],
  ])('hold %s', (_name, part, block) => {
    expect(messages([user(part)])).toEqual([{ role: 'user', content: [block] }]);
  });

  it('give pictures of the assistant to the user', () => {
    const picture: Part = { kind: 'image', source: { kind: 'url', url: 'https://a' } };
    const turns = [user(text('a')), assistant(text('here'), picture, call), user(result, text('b'))];
    expect(messages(turns)[2]?.content.map(({ type }) => type)).toEqual(['tool_result', 'text', 'image', 'text']);
  });

  it.each<[string, Part]>([
    ['arguments that are no object', { kind: 'tool-call', id: 'x', name: 'f', input: '[1' }],
    [
      'a picture that Claude cannot read',
      { kind: 'image', source: { kind: 'data', mediaType: 'image/tiff', data: 'AA' } },
    ],
    ['a file elsewhere', { kind: 'document', source: { kind: 'file', id: 'file_1' } }],
    [
      'a file of another kind',
      { kind: 'document', source: { kind: 'data', mediaType: 'application/zip', data: 'AA' } },
    ],
  ])('are refused with %s', (_name, part) => {
    const turn = part.kind === 'tool-call' ? assistant(part) : user(part);
    expect(field(() => render({ turns: [user(text('a')), turn] }))).toBe('messages');
  });

  it('are refused where nothing is left to answer', () => {
    expect(field(() => render({ turns: [user(text('  '))] }))).toBe('messages');
  });

  it('keep large numbers and ids of calls within what is taken', () => {
    const odd: Part = { kind: 'tool-call', id: 'call:1|x', name: 'f', input: '{"n":12345678901234567890}' };
    const { body } = render({ turns: [user(text('a')), assistant(odd)] });
    expect(stringifyExact(body)).toContain('{"n":12345678901234567890}');
    const [, called, answered] = body.messages as { content: JsonObject[] }[];
    expect(called?.content[0]?.id).toMatch(/^[\w-]+$/);
    expect(answered?.content[0]?.tool_use_id).toBe(called?.content[0]?.id);
  });
});

describe('tools', () => {
  it('have objects as schemas, whatever their roots were', () => {
    const branches: JsonObject = { anyOf: [{ properties: { a: {} }, required: ['a'] }, { properties: { b: {} } }] };
    const { body } = render({
      tools: [
        { ...tool, schema: branches },
        { ...tool, name: 'g', schema: {} },
      ],
    });
    expect(body.tools).toMatchObject([
      { name: 'f', input_schema: { type: 'object', properties: { a: {}, b: {} } } },
      { name: 'g', input_schema: { type: 'object' } },
    ]);
  });

  it('are strict where the model has that and the schema can be', () => {
    const strict: FunctionTool = { ...tool, schema: closed, strict: true };
    const given = { tools: [strict], uses: uses(['strict-tool', 'tools[0].strict']) };
    const now = render(given);
    expect(now.body.tools).toMatchObject([{ strict: true, input_schema: closed }]);
    expect(now.betas).toEqual(['structured-outputs-2025-12-15']);
    const then = render(given, { dialect: older });
    expect(then.body.tools).toMatchObject([{ name: 'f', input_schema: closed }]);
    expect([then.dropped, then.betas]).toEqual([['tools[0].strict'], undefined]);
  });

  it('of free text take one member, and keep the name that the client knows', () => {
    const { body, notes } = render({
      tools: [{ kind: 'custom', name: 'apply.patch', format: { type: 'grammar', definition: 'start: /.+/' } }],
      turns: [
        user(text('a')),
        assistant({ kind: 'tool-call', id: 'c', name: 'apply.patch', input: '*** x', custom: true }),
      ],
    });
    expect(body.tools).toMatchObject([{ name: 'apply_patch', input_schema: { required: ['input'] } }]);
    expect((body.messages as { content: JsonObject[] }[])[1]?.content[0]).toMatchObject({
      name: 'apply_patch',
      input: { input: '*** x' },
    });
    expect(notes).toMatchObject({
      toolNames: new Map([['apply_patch', 'apply.patch']]),
      wrappedTools: new Set(['apply.patch']),
    });
  });

  it('search the web, without empty lists', () => {
    const { body } = render({
      tools: [
        {
          kind: 'web-search',
          allowedDomains: [],
          blockedDomains: ['b.test'],
          maxUses: 2,
          userLocation: { type: 'approximate', city: 'Bern', region: null },
        },
      ],
      toolChoice: { kind: 'tool', name: 'web_search_preview' },
    });
    expect(body.tools).toMatchObject([
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 2,
        blocked_domains: ['b.test'],
        user_location: { type: 'approximate', city: 'Bern' },
      },
    ]);
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'web_search' });
  });

  it.each<[Partial<Conversation>, JsonObject | undefined]>([
    [{}, undefined],
    [{ toolChoice: { kind: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { kind: 'required' } }, { type: 'any' }],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: { kind: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ toolChoice: { kind: 'some', names: ['f'], mode: 'required' } }, { type: 'any' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ parallelToolCalls: true }, undefined],
  ])('are chosen: %j', (more, choice) => {
    expect(render({ tools: [tool], ...more }).body.tool_choice).toEqual(choice);
  });

  it('are only those that the client allows', () => {
    const tools = [tool, { ...tool, name: 'g' }];
    const { body } = render({ tools, toolChoice: { kind: 'some', names: ['g'], mode: 'auto' } });
    expect((body.tools as JsonObject[]).map(({ name }) => name)).toEqual(['g']);
  });

  it('are not chosen where there are none', () => {
    expect(render({ toolChoice: { kind: 'required' }, parallelToolCalls: false }).body.tool_choice).toBeUndefined();
  });
});

describe('thinking', () => {
  const high = {
    thinking: { wish: { kind: 'level' as const, level: 'high' as const } },
    uses: uses(['thinking', 'effort']),
  };
  const levels = { thinkingSupport: byLevels, dialect: middling };
  const budget = { thinkingSupport: byBudget, dialect: middling };

  it('is by effort where the model has levels', () => {
    expect(render(high, levels).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    expect(render({ thinking: { wish: { kind: 'auto' } } }, levels).body.output_config).toBeUndefined();
  });

  it('is asked to be seen where the model hides it', () => {
    const hides = { thinkingSupport: byLevels };
    expect(render(high, hides).body.thinking).toEqual({ type: 'adaptive', display: 'summarized' });
    const unseen = { thinking: { ...high.thinking, visible: false } };
    expect(render(unseen, hides).body.thinking).toEqual({ type: 'adaptive' });
  });

  it('is a budget below the limit elsewhere, and says so when it was clamped', () => {
    const { body, changed } = render(high, budget);
    expect(body).toMatchObject({ max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 8999 } });
    expect(changed).toEqual(['effort']);
  });

  it('is left out without room for it', () => {
    const { body, changed } = render({ ...high, sampling: { maxOutputTokens: 1000 } }, budget);
    expect([body.thinking, changed]).toEqual([undefined, ['effort']]);
  });

  it('follows the suffix of the model before the body', () => {
    expect(render(high, { ...levels, thinking: { kind: 'none' } }).body.thinking).toEqual({ type: 'disabled' });
  });

  it('is not spoken of where a model that cannot switch it off does not think anyway', () => {
    const always = { ...budget, thinkingSupport: { ...byBudget, canDisable: false } };
    const { body, changed } = render({ thinking: { wish: { kind: 'none' } }, uses: high.uses }, always);
    expect([body.thinking, changed]).toEqual([undefined, []]);
  });

  it.each<[string, Partial<Conversation>]>([
    ['a forced tool', { tools: [tool], toolChoice: { kind: 'required' } }],
    ['an answer that was begun', { turns: [user(text('a')), assistant(text('{ '))] }],
  ])('is left out beside %s', (_name, more) => {
    const { body, changed } = render({ ...high, ...more }, levels);
    expect([body.thinking, body.output_config, changed]).toEqual([undefined, undefined, ['effort']]);
  });

  it('by budget goes without while calls lack the thinking that led to them', () => {
    const turns = [user(text('a')), assistant(call), user(result)];
    expect(render({ ...high, turns }, budget)).toMatchObject({ changed: ['effort'], body: { max_tokens: 9000 } });
    expect(render({ ...high, turns }, budget).body.thinking).toBeUndefined();
    const signed: Part = { kind: 'thinking', text: 'hm', signature: signThinking('hm') };
    const whole = [user(text('a')), assistant(signed, call), user(result)];
    expect(render({ ...high, turns: whole }, budget).body.thinking).toMatchObject({ type: 'enabled' });
  });
});

describe('sampling', () => {
  const asked = {
    sampling: { temperature: 1.5, topP: 0.9, topK: 5 },
    uses: uses(['temperature', 'temperature'], ['top-p', 'top_p'], ['top-k', 'top_k']),
  };
  const on = { thinking: { wish: { kind: 'auto' as const } } };

  it('is clamped to what the API takes', () => {
    const { body, changed, dropped } = render(asked, { dialect: older });
    expect(body).toMatchObject({ temperature: 1, top_p: 0.9, top_k: 5 });
    expect([changed, dropped]).toEqual([['temperature'], []]);
  });

  it('is one of temperature and top_p for newer models, and none for the newest', () => {
    const newer = render(asked, { dialect: middling });
    expect([newer.body.temperature, newer.body.top_p, newer.dropped]).toEqual([1, undefined, ['top_p']]);
    const newest = render(asked);
    expect([newest.body.temperature, newest.body.top_p, newest.body.top_k]).toEqual([undefined, undefined, undefined]);
    expect(newest.dropped).toEqual(['temperature', 'top_p', 'top_k']);
  });

  it('gives way to thinking', () => {
    const { body, dropped } = render({ ...asked, ...on }, { dialect: older, thinkingSupport: byBudget });
    expect([body.temperature, body.top_p, body.top_k]).toEqual([undefined, undefined, undefined]);
    expect(dropped).toEqual(['temperature', 'top_p', 'top_k']);
    const mild = render(
      { sampling: { temperature: 1, topP: 0.99 }, ...on },
      { dialect: older, thinkingSupport: byBudget },
    );
    expect([mild.body.top_p, mild.dropped]).toEqual([0.99, []]);
  });

  it('has a limit that the model can keep', () => {
    const { body, changed } = render({
      sampling: { maxOutputTokens: 99_999 },
      uses: uses(['max-output', 'max_tokens']),
    });
    expect([body.max_tokens, changed]).toEqual([9000, ['max_tokens']]);
  });

  it('cuts here at stop sequences that the API does not take', () => {
    const { body, notes } = render({ sampling: { stop: ['END', '\n\n', ''] } });
    expect([body.stop_sequences, notes.stop]).toEqual([['END'], ['\n\n']]);
  });

  it('tells ids of users that say nothing about them', () => {
    expect(render({ user: 'user_1' }).body.metadata).toEqual({ user_id: 'user_1' });
    const named = render({ user: 'ann@a.test', uses: uses(['user', 'user']) });
    expect([named.body.metadata, named.dropped]).toEqual([undefined, ['user']]);
  });
});

describe('the shape of an answer', () => {
  const shape = {
    output: { kind: 'schema' as const, schema: closed, name: 'my answer' },
    uses: uses(['schema-output', 'response_format']),
  };

  it('is a format where the model has it', () => {
    const { body, betas, notes } = render(shape);
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: closed } });
    expect(betas).toEqual(['structured-outputs-2025-12-15']);
    expect(notes.outputTool).toBeUndefined();
  });

  it('is in the words that a format takes', () => {
    const schema: JsonObject = {
      $schema: 'x',
      type: 'object',
      properties: {
        format: { type: 'integer', minimum: 3 },
        list: { type: 'array', items: { oneOf: [{ type: 'string' }] }, maxItems: 2 },
      },
    };
    const { body } = render({ output: { kind: 'schema', schema } });
    expect(body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            format: { type: 'integer', description: 'minimum: 3' },
            list: { type: 'array', items: { anyOf: [{ type: 'string' }] }, description: 'maxItems: 2' },
          },
          additionalProperties: false,
        },
      },
    });
  });

  it('is the input of a forced tool where the model has no format', () => {
    const { body, notes } = render(shape, { dialect: older });
    expect(body.tools).toMatchObject([{ name: 'my_answer', input_schema: closed }]);
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'my_answer', disable_parallel_tool_use: true });
    expect(notes.outputTool).toBe('my_answer');
  });

  it('leaves the other tools to the model', () => {
    const taken = { ...tool, name: 'my_answer' };
    const { body, notes } = render({ ...shape, tools: [taken] }, { dialect: older });
    expect((body.tools as JsonObject[]).map(({ name }) => name)).toEqual(['my_answer', 'my_answer_1']);
    expect(body.tool_choice).toMatchObject({ type: 'any' });
    expect(notes.outputTool).toBe('my_answer_1');
  });

  it('waits for the call that the client forces', () => {
    const forced = { ...shape, tools: [tool], toolChoice: { kind: 'tool' as const, name: 'f' } };
    const { body, notes, changed } = render(forced, { dialect: older });
    expect([body.tool_choice, notes.outputTool, changed]).toEqual([
      { type: 'tool', name: 'f' },
      undefined,
      ['response_format'],
    ]);
  });

  it.each<[string, JsonObject]>([
    ['free names', { type: 'object', additionalProperties: { type: 'string' } }],
    [
      'itself within',
      {
        type: 'object',
        properties: { next: { $ref: '#/$defs/n' } },
        $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } },
      },
    ],
  ])('goes through the tool when the format cannot say it: %s', (_name, schema) => {
    const { body, notes, changed } = render({ ...shape, output: { kind: 'schema', schema } });
    expect([body.output_config, notes.outputTool, changed]).toEqual([undefined, 'answer', ['response_format']]);
  });

  it('is refused where it is no object and the model has no format', () => {
    const list = { ...shape, output: { kind: 'schema' as const, schema: { type: 'array', items: {} } } };
    expect(field(() => render(list, { dialect: older }))).toBe('response_format');
  });

  it('is asked for in words where only JSON is wanted', () => {
    expect(render({ output: { kind: 'json' } }).body.system).toMatchObject([
      { text: expect.stringMatching(/JSON object/) },
    ]);
  });
});

describe('cache breakpoints', () => {
  const marked = (words: string, ttl?: '5m' | '1h') => ({ ...text(words), cache: ttl ? { ttl } : {} });
  const marksOf = (body: JsonObject) => stringifyExact(body).split('"cache_control"').length - 1;

  it('stay where the client put them', () => {
    const { body, changed } = render({ turns: [user(marked('a', '1h'), text('b'))] });
    expect([marksOf(body), changed]).toEqual([1, []]);
  });

  it('are four at most, the newest of the messages', () => {
    const given = {
      turns: [user(marked('a'), marked('b'), marked('c'), marked('d'), marked('e'))],
      uses: uses(['cache-marks', 'x']),
    };
    const { body, changed } = render(given);
    expect([marksOf(body), changed]).toEqual([4, ['x']]);
    expect((body.messages as { content: JsonObject[] }[])[0]?.content[0]).toEqual({ type: 'text', text: 'a' });
  });

  it('of an hour do not follow those of five minutes', () => {
    const given = { turns: [user(marked('a', '5m'), marked('b', '1h'))], uses: uses(['cache-marks', 'x']) };
    const { body, changed } = render(given);
    expect([stringifyExact(body).includes('1h'), changed]).toEqual([false, ['x']]);
  });
});
