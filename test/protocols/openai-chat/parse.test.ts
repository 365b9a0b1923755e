import { assert, json, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';
import { parseChat } from '../../../main/protocols/openai-chat/parse.ts';

const chat = '/v1/chat/completions';

function parse(body: Record<string, unknown>, path = chat) {
  const all = { model: 'm', ...(path === chat ? { messages: [{ role: 'user', content: 'hi' }] } : {}), ...body };
  const exact = parseExact(JSON.stringify(all)) as never;
  return parseChat({ body: exact, operation: 'generate', path });
}

function refusal(body: Record<string, unknown>, path = chat): string {
  try {
    parse(body, path);
  } catch (error) {
    if (error instanceof FieldError) return error.field;
    throw error;
  }
  return 'none';
}

const usesOf = (body: Record<string, unknown>) => parse(body).uses.map(({ feature, field }) => `${feature} ${field}`);
const content = (...parts: unknown[]) => parse({ messages: [{ role: 'user', content: parts }] }).turns[0]?.parts;
const png = 'iVBORw0KGgo=';

describe('messages', () => {
  it('begin with instructions of either role; later ones keep their place', () => {
    const { system, turns, uses } = parse({
      messages: [
        { role: 'system', content: 'one' },
        { role: 'developer', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: 'hi' },
        { role: 'developer', content: 'three' },
      ],
    });
    expect(system).toEqual([{ text: 'one' }, { text: 'two' }]);
    expect(turns).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
      { role: 'system', parts: [{ kind: 'text', text: 'three' }] },
    ]);
    expect(uses).toEqual([
      { feature: 'mid-system', field: 'messages[3]' },
      { feature: 'system', field: 'messages[0]' },
    ]);
  });

  it.each([
    [
      { type: 'text', text: 'a' },
      { kind: 'text', text: 'a' },
    ],
    [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      { kind: 'text', text: 'a', cache: {} },
    ],
    [
      { type: 'refusal', refusal: 'no' },
      { kind: 'text', text: 'no' },
    ],
    [
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: png }, detail: 'low' },
    ],
    [
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
    ],
    [
      { type: 'image_url', image_url: 'https://example.com/a.png' },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { kind: 'document', title: 'a.pdf', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' } },
    ],
    [
      { type: 'file', file: { file_data: 'AA\nAA' } },
      { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' } },
    ],
    [
      { type: 'file', file: { file_data: `data:image/png;base64,${png}` } },
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: png } },
    ],
    [
      { type: 'file', file: { file_id: 'file-1' } },
      { kind: 'document', source: { kind: 'file', id: 'file-1' } },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'AAAA' } },
    ],
    [
      { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
      { kind: 'video', source: { kind: 'url', url: 'https://example.com/a.mp4' } },
    ],
  ])('have parts: %j', (part, expected) => {
    expect(content(part)).toEqual([expected]);
  });

  it('leave empty texts out, and take strings among the parts', () => {
    expect(content('a', { type: 'text', text: '' }, '')).toEqual([{ kind: 'text', text: 'a' }]);
    expect(parse({ messages: [{ role: 'user', content: null }] }).turns).toEqual([{ role: 'user', parts: [] }]);
  });

  it('of the assistant have thinking, words with sources, and calls', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"n": 12345678901234567890}' } };
    const custom = { id: 'c2', type: 'custom', custom: { name: 'patch', input: '*** Begin' } };
    const cited = {
      type: 'url_citation',
      url_citation: { url: 'https://e.com', title: 'E', start_index: 0, end_index: 2 },
    };
    const { turns } = parse({
      messages: [
        { role: 'assistant', reasoning_content: 'hm', content: 'ok', annotations: [cited], tool_calls: [call, custom] },
        { role: 'tool', tool_call_id: 'c1', content: 'done' },
        { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'patched' }] },
      ],
    });
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'hm' },
          { kind: 'text', text: 'ok', citations: [{ url: 'https://e.com', title: 'E', start: 0, end: 2 }] },
          { kind: 'tool-call', id: 'c1', name: 'f', input: '{"n": 12345678901234567890}' },
          { kind: 'tool-call', id: 'c2', name: 'patch', input: '*** Begin', custom: true },
        ],
      },
      {
        role: 'user',
        parts: [{ kind: 'tool-result', callId: 'c1', name: 'f', parts: [{ kind: 'text', text: 'done' }] }],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool-result',
            callId: 'c2',
            name: 'patch',
            custom: true,
            parts: [{ kind: 'text', text: 'patched' }],
          },
        ],
      },
    ]);
  });

  it.each([
    ['', '{}'],
    [undefined, '{}'],
    [null, '{}'],
    [{ a: 1 }, '{"a":1}'],
  ])('call tools with arguments %j', (args, input) => {
    const message = { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: args } }] };
    expect(parse({ messages: [message] }).turns[0]?.parts).toEqual([{ kind: 'tool-call', id: 'c', name: 'f', input }]);
  });

  it('end in words to go on from, unless they are calls', () => {
    const last = (message: object) => usesOf({ messages: [{ role: 'user', content: 'hi' }, message] });
    expect(last({ role: 'assistant', content: 'I think' })).toEqual(['prefill messages[1]']);
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    expect(last({ role: 'assistant', tool_calls: [call] })).toEqual(['tool-call messages[1].tool_calls']);
  });

  it('pair calls and results of legacy functions in order', () => {
    const call = (args: string) => ({
      role: 'assistant',
      content: null,
      function_call: { name: 'f', arguments: args },
    });
    const { turns } = parse({
      messages: [
        call('{"a":1}'),
        { role: 'function', name: 'f', content: 'one' },
        call('{"a":2}'),
        { role: 'function', name: 'f', content: 'two' },
      ],
    });
    const ids = turns.map(({ parts: [part] }) =>
      part?.kind === 'tool-result' ? part.callId : 'id' in (part ?? {}) && part?.kind === 'tool-call' ? part.id : '',
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe('tools', () => {
  const fn = {
    type: 'function',
    function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
  };

  it('are functions, free text, legacy functions and searches', () => {
    const format = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
    const { tools } = parse({
      tools: [
        fn,
        { type: 'custom', custom: { name: 'c', format } },
        { type: 'web_search', filters: { allowed_domains: ['a.com'] } },
      ],
      functions: [{ name: 'old' }],
      web_search_options: { user_location: { type: 'approximate', approximate: { country: 'DE' } } },
    });
    expect(tools).toEqual([
      { kind: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: true },
      { kind: 'custom', name: 'c', format },
      { kind: 'web-search', allowedDomains: ['a.com'] },
      { kind: 'function', name: 'old', schema: { type: 'object', properties: {} } },
      { kind: 'web-search', userLocation: { type: 'approximate', country: 'DE' } },
    ]);
  });

  it.each([
    ['none', { kind: 'none' }],
    ['auto', { kind: 'auto' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { kind: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'c' } },
      { kind: 'tool', name: 'c' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { kind: 'some', mode: 'required', names: ['f'] },
    ],
  ])('are chosen by %j', (tool_choice, expected) => {
    expect(parse({ tools: [fn], tool_choice }).toolChoice).toEqual(expected);
  });

  it('are chosen by the legacy function_call too', () => {
    expect(parse({ functions: [{ name: 'f' }], function_call: { name: 'f' } }).toolChoice).toEqual({
      kind: 'tool',
      name: 'f',
    });
    expect(parse({ functions: [{ name: 'f' }], function_call: 'none' }).toolChoice).toEqual({ kind: 'none' });
  });
});

it.each([
  [{ reasoning_effort: 'high' }, { wish: { kind: 'level', level: 'high' } }],
  [{ reasoning_effort: 'none' }, { wish: { kind: 'none' } }],
  [{ reasoning: { effort: 'low' } }, { wish: { kind: 'level', level: 'low' } }],
  [{ reasoning: { max_tokens: 2000, exclude: true } }, { wish: { kind: 'budget', tokens: 2000 }, visible: false }],
  [{ reasoning: { enabled: false } }, { wish: { kind: 'none' } }],
  [{ thinking: { type: 'enabled' } }, { wish: { kind: 'auto' } }],
  [{ thinking: { type: 'enabled', effort: 'high' } }, { wish: { kind: 'level', level: 'high' } }],
  [{ thinking: { type: 'disabled' } }, { wish: { kind: 'none' } }],
  [{ thinking: { type: 'enabled', budget_tokens: 3000 } }, { wish: { kind: 'budget', tokens: 3000 } }],
  [{ enable_thinking: false }, { wish: { kind: 'none' } }],
  [{ enable_thinking: true, thinking_budget: 500 }, { wish: { kind: 'budget', tokens: 500 } }],
])('thinking as asked by %j', (body, expected) => {
  expect(parse(body).thinking).toEqual(expected);
});

it.each([
  [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 6 }, { maxOutputTokens: 6 }],
  [
    { temperature: 0, top_p: 0.5, top_k: 3, seed: 7 },
    { temperature: 0, topP: 0.5, topK: 3, seed: 7 },
  ],
  [{ stop: 'x' }, { stop: ['x'] }],
  [{ stop: ['x', ''] }, { stop: ['x'] }],
  [{ stop: null, n: 1, presence_penalty: 0, frequency_penalty: null }, {}],
  [
    { n: 2, presence_penalty: 1, frequency_penalty: -1 },
    { candidates: 2, presencePenalty: 1, frequencyPenalty: -1 },
  ],
  [
    { logprobs: true, top_logprobs: 2 },
    { logprobs: true, topLogprobs: 2 },
  ],
])('sampling as asked by %j', (body, expected) => {
  expect(parse(body).sampling).toEqual(expected);
});

it('reads the shape of the answer', () => {
  expect(parse({ response_format: { type: 'text' } }).output).toBeUndefined();
  expect(parse({ response_format: { type: 'json_object' } }).output).toEqual({ kind: 'json' });
  const json_schema = { name: 'n', strict: true, schema: { type: 'object', maximum: 1 } };
  expect(parse({ response_format: { type: 'json_schema', json_schema } }).output).toEqual({
    kind: 'schema',
    ...json_schema,
  });
});

it('notes every feature with the field that asks for it', () => {
  expect(
    usesOf({
      parallel_tool_calls: false,
      service_tier: 'priority',
      store: true,
      user: 'u',
      metadata: { a: 'b' },
      modalities: ['text', 'audio'],
      audio: { voice: 'x' },
      prediction: { type: 'content', content: 'x' },
      logit_bias: { 1: 2 },
      verbosity: 'low',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      stream_options: { include_usage: true, include_obfuscation: false },
      strange: 1,
    }).sort(),
  ).toEqual([
    'cache-key prompt_cache_key',
    'logit-bias logit_bias',
    'media-output audio',
    'media-output modalities',
    'metadata metadata',
    'prediction prediction',
    'service-tier service_tier',
    'single-tool-call parallel_tool_calls',
    'store store',
    'unknown prompt_cache_retention',
    'unknown strange',
    'usage-chunk stream_options.include_usage',
    'user user',
    'verbosity verbosity',
  ]);
});

it('does not note what the API does anyway', () => {
  const usual = { service_tier: 'auto', store: false, modalities: ['text'], metadata: {}, logit_bias: {}, n: 1 };
  expect(usesOf({ ...usual, parallel_tool_calls: true, tool_choice: 'auto', logprobs: false, stream: true })).toEqual(
    [],
  );
});

it.each([
  [{ messages: [] }, 'messages'],
  [{ messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
  [{ messages: [{ content: '' }] }, 'messages[0].role'],
  [{ messages: [{ role: 'user', content: 1 }] }, 'messages[0].content'],
  [{ messages: [{ role: 'user', content: [1] }] }, 'messages[0].content[0]'],
  [{ messages: [{ role: 'user', content: [{ type: 'smell' }] }] }, 'messages[0].content[0].type'],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'ftp://x' } }] }] },
    'messages[0].content[0].image_url.url',
  ],
  [
    { messages: [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'http://x/' } }] }] },
    'messages[0].content',
  ],
  [{ messages: [{ role: 'tool', content: '' }] }, 'messages[0].tool_call_id'],
  [{ messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] }] }, 'messages[0].tool_calls[0].id'],
  [
    { messages: [{ role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{' } }] }] },
    'messages[0].tool_calls[0].function.arguments',
  ],
  [{ model: 5 }, 'model'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
  [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
  [{ tools: [{ type: 'laser' }] }, 'tools[0].type'],
  [{ tool_choice: 'maybe' }, 'tool_choice'],
  [{ reasoning_effort: 'huge' }, 'reasoning_effort'],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ temperature: 'hot' }, 'temperature'],
  [{ response_format: { type: 'xml' } }, 'response_format.type'],
  [{ verbosity: 'loud' }, 'verbosity'],
])('names the field at fault in %j', (body, field) => {
  expect(refusal(body)).toBe(field);
});

describe('the legacy completions', () => {
  const path = '/v1/completions';

  it.each([['say hi'], [['say hi']]])('take the prompt %j as one message', (prompt) => {
    expect(parse({ prompt, max_tokens: 5 }, path)).toMatchObject({
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'say hi' }] }],
      sampling: { maxOutputTokens: 5 },
    });
  });

  it.each([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{}, 'prompt'],
    [{ prompt: 'a', suffix: 'b' }, 'suffix'],
    [{ prompt: 'a', echo: true }, 'echo'],
  ])('refuse %j', (body, field) => {
    expect(refusal(body, path)).toBe(field);
  });

  it('note what they cannot do for the dialects to refuse', () => {
    const { uses } = parse({ prompt: 'a', best_of: 2, logprobs: 3 }, path);
    expect(uses.map(({ feature }) => feature).sort()).toEqual(['candidates', 'logprobs']);
  });
});

it('throws nothing but FieldError, whatever the body', () => {
  assert(
    property(json(), json(), json(), (messages, tools, rest) => {
      const body = { messages: JSON.parse(messages), tools: JSON.parse(tools), response_format: JSON.parse(rest) };
      for (const path of [chat, '/v1/completions']) expect(typeof refusal(body, path)).toBe('string');
    }),
  );
});
