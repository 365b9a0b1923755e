import { describe, expect, test } from 'vitest';
import type { Conversation, Part, Turn } from '../../../main/protocols/conversation.ts';
import { isJsonObject, type JsonObject, RawJson } from '../../../main/protocols/exact-json.ts';
import { deriveGeminiDialect } from '../../../main/protocols/gemini/dialect.ts';
import { geminiTranslator } from '../../../main/protocols/gemini/translator.ts';
import type { RenderTarget } from '../../../main/protocols/translator.ts';
import { assistant, conversationOf, text, user } from '../conversations.ts';

const support = { levels: [], budget: { min: 0, max: 24_576 }, canDisable: true };
const geminiSignature = Buffer.from([0x0a, 0x03, 0x01, 0x02, 0x03, 0x10, 0x05]).toString('base64');
const otherSignature = Buffer.from([0x0a, 0x03, 0x01, 0x07, 0x08, 0x10, 0x06]).toString('base64');
const claudeSignature = Buffer.from([0x12, 0x06, 0x0a, 0x02, 0x18, 0x02, 0x12, 0x00]).toString('base64');

const target = (more: Partial<RenderTarget> = {}): RenderTarget => ({
  dialect: geminiTranslator.dialect,
  model: 'gemini-3-pro-preview',
  maxOutput: 65_536,
  stream: true,
  ...more,
});
const older = (more: Partial<RenderTarget> = {}) =>
  target({ model: 'gemini-2.5-flash', thinkingSupport: support, ...more });

const call = (id: string, more: object = {}): Part => ({
  kind: 'tool-call',
  id,
  name: 'read',
  input: '{"a":1}',
  ...more,
});
const result = (callId: string, words: string, more: object = {}): Part => ({
  kind: 'tool-result',
  callId,
  parts: [{ kind: 'text', text: words }],
  ...more,
});

const render = (more: Partial<Conversation>, to = target()) => geminiTranslator.render(conversationOf(more), to);
const body = (more: Partial<Conversation>, to = target()) => render(more, to).body;
const contents = (turns: Turn[], to = target()) => body({ turns }, to).contents;

describe('turns', () => {
  test('neighbours of one role are one turn, and the user begins', () => {
    expect(contents([assistant(text('a')), user(text('b')), user(text('c'))])).toEqual([
      { role: 'user', parts: [{ text: '[earlier messages are missing]' }] },
      { role: 'model', parts: [{ text: 'a' }] },
      { role: 'user', parts: [{ text: 'b' }, { text: 'c' }] },
    ]);
  });

  test('instructions in the middle are the user’s, marked', () => {
    const turns: Turn[] = [user(text('a')), { role: 'system', parts: [text('Hurry.')] }, user(text('b'))];
    expect(contents(turns)).toEqual([
      {
        role: 'user',
        parts: [{ text: 'a' }, { text: '<system-reminder>\nHurry.\n</system-reminder>' }, { text: 'b' }],
      },
    ]);
  });

  test('results of one turn’s calls are one turn, in front of what the user says then', () => {
    const turns = [
      user(text('go')),
      assistant(call('1'), call('2')),
      user(result('2', 'two'), text('and?'), result('1', '{"n":1}')),
    ];
    expect(contents(turns, older())).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: ['1', '2'].map((id) => ({ functionCall: { id, name: 'read', args: { a: 1 } } })),
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '2', name: 'read', response: { result: 'two' } } },
          { functionResponse: { id: '1', name: 'read', response: { result: { n: 1 } } } },
          { text: 'and?' },
        ],
      },
    ]);
  });

  test('a failed tool answers with an error', () => {
    const turns = [user(text('go')), assistant(call('1')), user(result('1', 'no file', { isError: true }))];
    expect(JSON.stringify(contents(turns))).toContain('"response":{"error":"no file"}');
  });

  test('pictures of results are within them where the model takes that, beside them elsewhere', () => {
    const picture = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'aa' } } as const;
    const turns = [user(text('go')), assistant(call('1')), user(result('1', '', { parts: [picture] }))];
    const inline = { inlineData: { mimeType: 'image/png', data: 'aa' } };
    const response = { id: '1', name: 'read', response: { result: '[see the attached files]' } };
    const last = (to: RenderTarget) => (contents(turns, to) as JsonObject[]).at(-1)?.parts;
    expect(last(target())).toEqual([{ functionResponse: { ...response, parts: [inline] } }]);
    expect(last(older())).toEqual([{ functionResponse: response }, inline]);
  });

  test('media, documents, code and searches are written as the API has them', () => {
    const pdf = { kind: 'data', mediaType: 'application/pdf', data: 'aa' } as const;
    const json = { kind: 'data', mediaType: 'application/json', data: Buffer.from('{}').toString('base64') } as const;
    const turn = user(
      { kind: 'document', source: pdf },
      { kind: 'document', source: json, title: 'a.json' },
      { kind: 'document', source: { kind: 'text', text: 'plain' } },
      { kind: 'video', source: { kind: 'url', url: 'https://youtu.be/x', mediaType: 'video/mp4' } },
      { kind: 'code', language: 'python', code: 'print(1)' },
      { kind: 'search-call', id: 's', query: 'cats' },
      { kind: 'search-result', callId: 's', results: [{ title: 'Cats', url: 'https://example.com', text: 'meow' }] },
    );
    expect(contents([turn])).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'application/pdf', data: 'aa' } },
          { text: 'a.json\n\n{}' },
          { text: 'plain' },
          { fileData: { mimeType: 'video/mp4', fileUri: 'https://youtu.be/x' } },
          { text: '```python\nprint(1)\n```' },
          { text: '[searched for: cats]' },
          { text: 'Cats (https://example.com)\nmeow' },
        ],
      },
    ]);
  });

  test('code stays code where the model can run it', () => {
    const turns = [
      user(text('go')),
      assistant({ kind: 'code', language: 'python', code: 'x' }, { kind: 'code-output', output: '1', failed: false }),
    ];
    const { contents: written } = body({ turns, tools: [{ kind: 'code-execution' }] });
    expect((written as JsonObject[])[1]?.parts).toEqual([
      { executableCode: { language: 'PYTHON', code: 'x' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    ]);
  });

  test('nothing to answer, and arguments that are not JSON, are refused', () => {
    expect(() => body({ turns: [] })).toThrow(expect.objectContaining({ field: 'messages' }));
    const uses = [{ feature: 'tool-call', field: 'messages[1].tool_calls' }] as const;
    const turns = [user(text('go')), assistant(call('1', { input: '{"a":' }))];
    expect(() => render({ turns, uses })).toThrow(expect.objectContaining({ field: 'messages[1].tool_calls' }));
  });

  test('large numbers in arguments keep their digits', () => {
    const written = contents([user(text('go')), assistant(call('1', { input: '{"id":12345678901234567890}' }))]);
    expect(written).toMatchObject([
      {},
      { parts: [{ functionCall: { args: { id: new RawJson('12345678901234567890') } } }] },
      {},
    ]);
  });
});

describe('signatures', () => {
  const signatures = (turns: Turn[], to = target()) =>
    (contents(turns, to) as JsonObject[])
      .flatMap(({ parts }) => parts as JsonObject[])
      .filter(isJsonObject)
      .filter((part) => part.functionCall || part.thoughtSignature)
      .map(({ thoughtSignature = '-', text: words = '*' }) => `${String(words)} ${String(thoughtSignature)}`);
  const skip = 'skip_thought_signature_validator';

  test('the first call of each turn is signed, its siblings are not', () => {
    const turns = [
      user(text('go')),
      assistant(call('1', { signature: geminiSignature }), call('2')),
      user(result('1', 'a'), result('2', 'b')),
      assistant(call('3'), call('4')),
    ];
    expect(signatures(turns)).toEqual([`* ${geminiSignature}`, '* -', `* ${skip}`, '* -']);
  });

  test('models before Gemini 3 need no stand-in', () => {
    expect(signatures([user(text('go')), assistant(call('1'))], older())).toEqual(['* -']);
  });

  test('a proof of another family never goes on', () => {
    const thinking: Part = { kind: 'thinking', text: 'hm', signature: claudeSignature };
    const turns = [user(text('go')), assistant(thinking, text('ok'), call('1', { signature: claudeSignature }))];
    expect(signatures(turns)).toEqual([`* ${skip}`]);
    expect(JSON.stringify(contents(turns))).not.toContain('hm');
  });

  test('the proof that thinking carried to a client and back is the call’s', () => {
    const carried: Part = { kind: 'thinking', text: '', signature: geminiSignature };
    expect(signatures([user(text('go')), assistant(carried, call('1'))])).toEqual([`* ${geminiSignature}`]);
    const worded: Part = { kind: 'thinking', text: 'hm', signature: geminiSignature };
    expect(contents([user(text('go')), assistant(worded, call('1'))])).toMatchObject([
      {},
      { parts: [{ text: 'hm', thought: true }, { thoughtSignature: geminiSignature }] },
      {},
    ]);
  });

  test('a call’s own proof stands, and so does that of the thinking before it', () => {
    const worded: Part = { kind: 'thinking', text: 'hm', signature: otherSignature };
    const turns = [user(text('go')), assistant(worded, call('1', { signature: geminiSignature }))];
    expect(signatures(turns)).toEqual([`hm ${otherSignature}`, `* ${geminiSignature}`]);
  });

  test('Claude models behind this format get Claude’s thinking back', () => {
    const dialect = deriveGeminiDialect({ id: 'antigravity', signatures: 'claude' });
    const thinking: Part = { kind: 'thinking', text: 'hm', signature: claudeSignature };
    const turns = [user(text('go')), assistant(thinking, call('1'))];
    expect(signatures(turns, target({ dialect, model: 'claude-sonnet-4-6' }))).toEqual([
      `hm ${claudeSignature}`,
      '* -',
    ]);
  });
});

describe('tools', () => {
  const read = {
    kind: 'function',
    name: 'read',
    description: 'Reads',
    schema: { type: 'object', properties: { a: { type: 'string', minLength: 1 } } },
  } as const;
  const write = { kind: 'function', name: 'write', schema: { type: 'object', properties: {} } } as const;
  const calling = (more: Partial<Conversation>, to = target()) =>
    body({ tools: [read, write], ...more }, to).toolConfig;

  test('newer models get JSON Schema, older ones Google’s own', () => {
    expect(body({ tools: [read, write] }).tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'read',
            description: 'Reads',
            parametersJsonSchema: {
              type: 'object',
              properties: { a: { type: 'string', description: '(minLength: 1)' } },
            },
          },
          { name: 'write', parametersJsonSchema: { type: 'object', properties: {} } },
        ],
      },
    ]);
    expect(body({ tools: [read, write] }, older()).tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'read',
            description: 'Reads',
            parameters: { type: 'object', properties: { a: { type: 'string', description: '(minLength: 1)' } } },
          },
          { name: 'write' },
        ],
      },
    ]);
  });

  test('names that do not fit are fitted, and told for the way back', () => {
    const { body: written, notes } = render({
      tools: [
        { ...write, name: '1 do it!' },
        { ...write, name: '1_do_it_' },
      ],
    });
    const [list] = written.tools as [{ functionDeclarations: JsonObject[] }];
    const names = list.functionDeclarations.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[A-Za-z_][\w.-]{0,63}$/);
    expect([...notes.toolNames.values()]).toEqual(['1 do it!', '1_do_it_']);
  });

  test('a tool of free text is a function of one text', () => {
    const { body: written, notes } = render({
      tools: [{ kind: 'custom', name: 'patch', format: { type: 'grammar', definition: 'start: x' } }],
      turns: [user(text('go')), assistant(call('1', { name: 'patch', input: '*** Begin', custom: true }))],
    });
    expect(notes.wrappedTools).toEqual(new Set(['patch']));
    expect(written).toMatchObject({
      contents: [{}, { parts: [{ functionCall: { args: { input: '*** Begin' } } }] }, {}],
    });
    expect(JSON.stringify(written.tools)).toContain('Free text of this grammar');
  });

  test('tools of the provider are beside functions only where the model takes both', () => {
    const tools = [read, { kind: 'web-search' }, { kind: 'url-context' }] as const;
    const uses = [{ feature: 'web-search', field: 'tools[1]' }] as const;
    expect(body({ tools }).tools).toHaveLength(3);
    const { body: written, dropped } = render({ tools, uses }, older());
    expect(written.tools).toHaveLength(1);
    expect(dropped).toEqual(['tools[1]']);
    expect(body({ tools: [{ kind: 'web-search' }] }, older()).tools).toEqual([{ googleSearch: {} }]);
  });

  test.each<[Conversation['toolChoice'], object | undefined]>([
    [undefined, undefined],
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'tool', name: 'read' },
      { mode: 'ANY', allowedFunctionNames: ['read'] },
    ],
    [
      { kind: 'some', names: ['read', 'gone'], mode: 'required' },
      { mode: 'ANY', allowedFunctionNames: ['read'] },
    ],
  ])('choice %j', (toolChoice, config) => {
    const more = toolChoice ? { toolChoice } : {};
    expect(calling(more)).toEqual(config && { functionCallingConfig: config });
  });

  test('a free choice among some tools sends only these', () => {
    const written = body({ tools: [read, write], toolChoice: { kind: 'some', names: ['write'], mode: 'auto' } });
    expect(JSON.stringify(written.tools)).not.toContain('Reads');
    expect(written.toolConfig).toBeUndefined();
  });

  test('where calls are checked they are, and every schema has a property', () => {
    const dialect = deriveGeminiDialect({ id: 'x' }, {}, { validated: true, schemas: 'plain' });
    const written = body({ tools: [write] }, target({ dialect }));
    expect(written.toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
    expect(JSON.stringify(written.tools)).toContain('"required":["reason"]');
  });
});

describe('settings', () => {
  const config = (more: Partial<Conversation>, to = target()) => body(more, to).generationConfig;

  test('sampling goes on, within what the model takes', () => {
    const sampling = {
      temperature: 3,
      topP: 0.5,
      topK: 4,
      seed: 1,
      maxOutputTokens: 99_999,
      presencePenalty: 1,
      frequencyPenalty: 0.5,
    };
    const uses = [
      { feature: 'temperature', field: 'temperature' },
      { feature: 'max-output', field: 'max_tokens' },
    ] as const;
    const { body: written, changed } = render({ sampling, uses });
    expect(written.generationConfig).toEqual({ ...sampling, temperature: 2, maxOutputTokens: 65_536 });
    expect(changed).toEqual(['max_tokens', 'temperature']);
  });

  test('beyond five stop sequences the answer is cut here', () => {
    const { body: written, notes } = render({ sampling: { stop: ['1', '2', '3', '4', '5', '6'] } });
    expect(written.generationConfig).toEqual({ stopSequences: ['1', '2', '3', '4', '5'] });
    expect(notes.stop).toEqual(['6']);
  });

  test('output as JSON goes by the model’s own schema, and in words beside functions of older models', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const output = { kind: 'schema', schema } as const;
    expect(config({ output })).toEqual({ responseMimeType: 'application/json', responseJsonSchema: schema });
    expect(config({ output }, older())).toEqual({ responseMimeType: 'application/json', responseSchema: schema });
    expect(config({ output: { kind: 'json' } })).toEqual({ responseMimeType: 'application/json' });
    const tools = [{ kind: 'function', name: 'f', schema: { type: 'object' } }] as const;
    const uses = [{ feature: 'schema-output', field: 'response_format' }] as const;
    const { body: written, changed } = render({ output, tools, uses }, older());
    expect(written.generationConfig).toBeUndefined();
    expect(JSON.stringify(written.systemInstruction)).toContain('must match this JSON Schema');
    expect(changed).toEqual(['response_format']);
  });

  const levels = { levels: ['low', 'high'], budget: { min: 128, max: 32_768 }, canDisable: false } as const;
  test.each<[string, Conversation['thinking'], Partial<RenderTarget>, object | undefined]>([
    ['not asked for', undefined, {}, undefined],
    [
      'a level',
      { wish: { kind: 'level', level: 'high' } },
      { thinkingSupport: levels },
      { includeThoughts: true, thinkingLevel: 'high' },
    ],
    [
      'a level that is not there',
      { wish: { kind: 'level', level: 'xhigh' } },
      { thinkingSupport: levels },
      { includeThoughts: true, thinkingLevel: 'high' },
    ],
    [
      'a budget',
      { wish: { kind: 'budget', tokens: 9_000 } },
      { thinkingSupport: levels },
      { includeThoughts: true, thinkingBudget: 9_000 },
    ],
    [
      'a level of a model with budgets',
      { wish: { kind: 'level', level: 'low' } },
      { thinkingSupport: support },
      { includeThoughts: true, thinkingBudget: 1_024 },
    ],
    ['none', { wish: { kind: 'none' } }, { thinkingSupport: support }, { thinkingBudget: 0 }],
    [
      'none where that cannot be',
      { wish: { kind: 'none' } },
      { thinkingSupport: levels },
      { includeThoughts: true, thinkingBudget: 128 },
    ],
    [
      'as the model likes',
      { wish: { kind: 'auto' } },
      { thinkingSupport: support },
      { includeThoughts: true, thinkingBudget: -1 },
    ],
    [
      'as a model with levels likes',
      { wish: { kind: 'auto' } },
      { thinkingSupport: levels },
      { includeThoughts: true },
    ],
    [
      'out of sight',
      { wish: { kind: 'auto' }, visible: false },
      { thinkingSupport: levels },
      { includeThoughts: false },
    ],
    [
      'of a model that does not think',
      { wish: { kind: 'level', level: 'low' } },
      { thinkingSupport: { levels: [], canDisable: false } },
      undefined,
    ],
    [
      'by the suffix',
      { wish: { kind: 'none' } },
      { thinking: { kind: 'budget', tokens: 500 }, thinkingSupport: support },
      { includeThoughts: true, thinkingBudget: 500 },
    ],
    [
      'of a model that nothing is known of',
      { wish: { kind: 'level', level: 'max' } },
      {},
      { includeThoughts: true, thinkingLevel: 'high' },
    ],
  ])('thinking: %s', (_name, thinking, to, written) => {
    const found = config(thinking ? { thinking } : {}, target(to));
    expect(found).toEqual(written && { thinkingConfig: written });
  });
});

test('what is parsed and rendered again means the same', () => {
  const request: JsonObject = {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'look' }, { inlineData: { mimeType: 'image/png', data: 'iVBO' } }] },
      {
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: otherSignature },
          { functionCall: { id: 'f1', name: 'read', args: { path: 'a' } }, thoughtSignature: geminiSignature },
          { functionCall: { id: 'f2', name: 'read', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'f1', name: 'read', response: { result: 'text' } } },
          { functionResponse: { id: 'f2', name: 'read', response: { error: 'gone' } } },
        ],
      },
    ],
    tools: [
      {
        functionDeclarations: [
          { name: 'read', parametersJsonSchema: { type: 'object', properties: { path: { type: 'string' } } } },
        ],
      },
      { googleSearch: {} },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['read'] } },
    generationConfig: {
      maxOutputTokens: 10,
      temperature: 1,
      stopSequences: ['x'],
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' },
    },
  };
  const incoming = { body: request, operation: 'generate', path: '', model: 'm', stream: true } as const;
  const parsed = geminiTranslator.parse(incoming);
  const written = geminiTranslator.render(parsed, target());
  expect(written.body).toEqual(request);
  expect(geminiTranslator.parse({ ...incoming, body: written.body })).toEqual(parsed);
});
