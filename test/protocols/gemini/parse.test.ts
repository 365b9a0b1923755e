import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../../main/protocols/conversation.ts';
import type { Json, JsonObject } from '../../../main/protocols/exact-json.ts';
import { parseExact } from '../../../main/protocols/exact-json.ts';
import { FieldError } from '../../../main/protocols/features.ts';
import { geminiTranslator } from '../../../main/protocols/gemini/translator.ts';

const hello = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };

function parse(body: JsonObject, operation: 'generate' | 'count-tokens' = 'generate'): Conversation {
  return geminiTranslator.parse({
    body,
    operation,
    path: '/v1beta/models/m:generateContent',
    model: 'm',
    stream: false,
  });
}

const uses = (body: JsonObject) => parse(body).uses.map(({ feature, field }) => `${feature} ${field}`);

/** The body with every name in the other spelling. */
function snake(value: Json): Json {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  const renamed = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, member]) => [renamed(name), snake(member)]),
  );
}

const everything: JsonObject = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    { role: 'user', parts: [{ text: 'look' }, { inlineData: { mimeType: 'image/png', data: 'iVBO-_' } }] },
    {
      role: 'model',
      parts: [
        { text: 'hm', thought: true },
        { text: ' ok', thought: true, thoughtSignature: 'CgsB' },
        { functionCall: { id: 'f1', name: 'read', args: { path: 'a' } }, thoughtSignature: 'CgsC' },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { id: 'f1', name: 'read', response: { result: 'text' } } }] },
  ],
  tools: [
    {
      functionDeclarations: [
        {
          name: 'read',
          description: 'Reads',
          parametersJsonSchema: { type: 'object', properties: { path: { type: 'string' } } },
        },
      ],
    },
    { googleSearch: {} },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['read'] } },
  generationConfig: {
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    maxOutputTokens: 100,
    stopSequences: ['END'],
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'OBJECT', properties: { ok: { type: 'BOOLEAN', nullable: true } } },
    thinkingConfig: { thinkingBudget: 2048, includeThoughts: true },
  },
};

test('reads everything that a conversation has', () => {
  expect(parse(everything)).toMatchObject({
    model: 'm',
    stream: false,
    system: [{ text: 'Be brief.' }],
    turns: [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'look' },
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBO+/' } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'hm ok', signature: 'CgsB' },
          { kind: 'tool-call', id: 'f1', name: 'read', input: '{"path":"a"}', signature: 'CgsC' },
        ],
      },
      {
        role: 'user',
        parts: [{ kind: 'tool-result', callId: 'f1', name: 'read', parts: [{ kind: 'text', text: 'text' }] }],
      },
    ],
    tools: [
      {
        kind: 'function',
        name: 'read',
        description: 'Reads',
        schema: { type: 'object', properties: { path: { type: 'string' } } },
      },
      { kind: 'web-search' },
    ],
    toolChoice: { kind: 'tool', name: 'read' },
    sampling: {
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 100,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
    },
    output: { kind: 'schema', schema: { type: 'object', properties: { ok: { type: ['boolean', 'null'] } } } },
    thinking: { wish: { kind: 'budget', tokens: 2048 }, visible: true },
  });
});

test('reads both spellings of every field alike, and reports the client’s own', () => {
  const { uses: camelUses, ...camel } = parse(everything);
  const { uses: snakeUses, ...snaked } = parse(snake(everything) as JsonObject);
  expect(snaked).toEqual(camel);
  expect(snakeUses.map(({ feature }) => feature)).toEqual(camelUses.map(({ feature }) => feature));
  expect(snakeUses).toContainEqual({ feature: 'top-p', field: 'generation_config.top_p' });
  expect(camelUses.map(({ feature }) => feature)).not.toContain('unknown');
});

describe('system instructions', () => {
  test.each<[string, Json]>([
    ['text', 'Be brief.'],
    ['a part', { text: 'Be brief.' }],
    ['a list of parts', [{ text: 'Be brief.' }]],
    ['a list of texts', ['Be brief.']],
    ['a turn', { role: 'system', parts: [{ text: 'Be brief.' }] }],
    ['a turn of one part', { parts: { text: 'Be brief.' } }],
  ])('come as %s', (_name, systemInstruction) => {
    expect(parse({ ...hello, systemInstruction }).system).toEqual([{ text: 'Be brief.' }]);
    expect(parse({ ...hello, system_instruction: systemInstruction }).system).toEqual([{ text: 'Be brief.' }]);
  });
});

describe('contents', () => {
  test.each<[string, Json]>([
    ['text', 'hello'],
    ['one turn', { role: 'user', parts: [{ text: 'hello' }] }],
    ['a turn without role', [{ parts: [{ text: 'hello' }] }]],
    ['a list of texts', ['hello']],
    ['a part', [{ text: 'hello' }]],
    ['a turn with text for parts', [{ role: 'user', parts: ['hello'] }]],
  ])('come as %s', (_name, contents) => {
    expect(parse({ contents }).turns).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'hello' }] }]);
  });

  test('calls and results without ids are paired in their order, each name by itself', () => {
    const call = (name: string, n: number) => ({ functionCall: { name, args: { n } } });
    const result = (name: string, n: number) => ({ functionResponse: { name, response: { n } } });
    const body = {
      contents: [
        { role: 'user', parts: [{ text: 'go' }] },
        { role: 'model', parts: [call('a', 1), call('b', 2), call('a', 3)] },
        { role: 'function', parts: [result('b', 2), result('a', 1), result('a', 3), result('a', 4)] },
      ],
    };
    const [, asked, answered] = parse(body).turns;
    const ids = asked?.parts.map((part) => ('id' in part ? part.id : ''));
    expect(new Set(ids).size).toBe(3);
    expect(parse(body).turns[1]).toEqual(asked);
    expect(answered?.parts.map((part) => (part.kind === 'tool-result' ? part.callId : ''))).toEqual([
      ids?.[1],
      ids?.[0],
      ids?.[2],
      'result_1',
    ]);
  });

  test.each<[string, Json, object]>([
    ['an object is the result', { a: 1 }, { parts: [{ kind: 'text', text: '{"a":1}' }] }],
    ['what is under result is', { result: 'ok' }, { parts: [{ kind: 'text', text: 'ok' }] }],
    ['what is under output is', { output: [1] }, { parts: [{ kind: 'text', text: '[1]' }] }],
    ['an error is one', { error: 'no file' }, { parts: [{ kind: 'text', text: 'no file' }], isError: true }],
    ['nothing is nothing', {}, { parts: [] }],
  ])('of a response %s', (_name, response, result) => {
    const contents = [{ role: 'user', parts: [{ functionResponse: { name: 'a', response } }] }];
    expect(parse({ contents }).turns[0]?.parts[0]).toMatchObject(result);
  });

  test('large numbers in arguments keep their digits', () => {
    const body = parseExact(
      '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"a","args":{"id":12345678901234567890}}}]}]}',
    );
    expect(parse(body as JsonObject).turns[0]?.parts[0]).toMatchObject({ input: '{"id":12345678901234567890}' });
  });

  test.each<[string, JsonObject, object, string]>([
    ['a document', { inlineData: { mimeType: 'application/pdf', data: 'aa' } }, { kind: 'document' }, 'document-data'],
    ['sound', { inlineData: { mimeType: 'audio/wav', data: 'aa' } }, { kind: 'audio' }, 'audio'],
    ['film', { inlineData: { mimeType: 'video/mp4', data: 'aa' } }, { kind: 'video' }, 'video'],
    [
      'a linked picture',
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png', mediaType: 'image/png' } },
      'image-url',
    ],
    ['a film of YouTube’s', { fileData: { fileUri: 'https://youtu.be/x' } }, { kind: 'video' }, 'video'],
    [
      'an uploaded file',
      { fileData: { mimeType: 'image/png', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } },
      { kind: 'image', source: { kind: 'file' } },
      'file-id',
    ],
    [
      'a file in a bucket',
      { fileData: { mimeType: 'text/plain', fileUri: 'gs://b/x' } },
      { kind: 'document' },
      'file-id',
    ],
    [
      'code',
      { executableCode: { language: 'PYTHON', code: 'x' } },
      { kind: 'code', language: 'python', code: 'x' },
      'code-history',
    ],
    [
      'its outcome',
      { codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: 'no' } },
      { kind: 'code-output', output: 'no', failed: true },
      'code-history',
    ],
  ])('may hold %s', (_name, part, parsed, feature) => {
    const body = { contents: [{ role: 'user', parts: [part] }] };
    expect(parse(body).turns[0]?.parts[0]).toMatchObject(parsed);
    expect(uses(body).map((use) => use.split(' ')[0])).toEqual([feature]);
  });

  test('the proof of plain words follows them as thinking without words', () => {
    const body = { contents: [{ role: 'model', parts: [{ text: 'Done.', thoughtSignature: 'CgsB' }] }] };
    expect(parse(body).turns[0]?.parts).toEqual([
      { kind: 'text', text: 'Done.' },
      { kind: 'thinking', text: '', signature: 'CgsB' },
    ]);
  });
});

describe('tool choice', () => {
  test.each<[JsonObject, object | undefined]>([
    [{ mode: 'AUTO' }, { kind: 'auto' }],
    [{ mode: 'NONE' }, { kind: 'none' }],
    [{ mode: 'ANY' }, { kind: 'required' }],
    [
      { mode: 'any', allowedFunctionNames: ['a'] },
      { kind: 'tool', name: 'a' },
    ],
    [
      { mode: 'ANY', allowedFunctionNames: ['a', 'b'] },
      { kind: 'some', names: ['a', 'b'], mode: 'required' },
    ],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
      { kind: 'some', names: ['a'], mode: 'auto' },
    ],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
  ])('%j', (functionCallingConfig, choice) => {
    expect(parse({ ...hello, toolConfig: { functionCallingConfig } }).toolChoice).toEqual(choice);
  });
});

test.each<[JsonObject, object | undefined]>([
  [{ thinkingBudget: -1 }, { wish: { kind: 'auto' }, visible: false }],
  [{ thinkingBudget: 0 }, { wish: { kind: 'none' }, visible: false }],
  [{ thinkingLevel: 'HIGH' }, { wish: { kind: 'level', level: 'high' }, visible: false }],
  [{ includeThoughts: true }, { wish: { kind: 'auto' }, visible: true }],
])('thinking %j', (thinkingConfig, thinking) => {
  expect(parse({ ...hello, generationConfig: { thinkingConfig } }).thinking).toEqual(thinking);
});

test.each<[JsonObject, string]>([
  [{ generationConfig: { candidateCount: 2 } }, 'candidates generationConfig.candidateCount'],
  [{ generationConfig: { responseLogprobs: true } }, 'logprobs generationConfig.responseLogprobs'],
  [{ generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } }, 'media-output generationConfig.responseModalities'],
  [{ generationConfig: { responseMimeType: 'text/x.enum' } }, 'media-output generationConfig.responseMimeType'],
  [{ safetySettings: [{ category: 'X', threshold: 'Y' }] }, 'safety-settings safetySettings'],
  [{ cachedContent: 'cachedContents/x' }, 'cached-content cachedContent'],
  [{ labels: { team: 'a' } }, 'metadata labels'],
  [{ tools: [{ googleMaps: {} }] }, 'hosted-tool tools[0].googleMaps'],
  [{ tools: [{ code_execution: {} }] }, 'code-execution tools[0].code_execution'],
  [{ generationConfig: { brandNew: 1 } }, 'unknown generationConfig.brandNew'],
  [{ brandNew: 1 }, 'unknown brandNew'],
])('%j is a use of its feature', (more, use) => {
  expect(uses({ ...hello, ...more })).toEqual([use]);
});

test.each<[JsonObject]>([
  [{ generationConfig: { candidateCount: 1, responseModalities: ['TEXT'], responseMimeType: 'text/plain' } }],
  [{ tools: [], safetySettings: [] }],
  [{ tools: null, generationConfig: null, systemInstruction: null }],
])('%j asks for nothing', (more) => {
  expect(uses({ ...hello, ...more })).toEqual([]);
});

test('a conversation that ends with the model’s words wants them to go on', () => {
  expect(uses({ contents: [...hello.contents, { role: 'model', parts: [{ text: 'So' }] }] })).toEqual([
    'prefill contents[1]',
  ]);
});

test('the envelopes of Code Assist and of countTokens are opened', () => {
  const { uses: _, ...plain } = parse(everything);
  const wrapped = { model: 'gemini-x', project: 'p', request: { ...everything, session_id: 's' } };
  const { uses: wrappedUses, ...unwrapped } = parse(wrapped);
  expect(unwrapped).toEqual(plain);
  expect(wrappedUses.map(({ feature }) => feature)).not.toContain('unknown');
  expect(parse({ generateContentRequest: { model: 'models/x', ...everything } }, 'count-tokens')).toMatchObject(plain);
});

test.each<[JsonObject, string]>([
  [{}, 'contents'],
  [{ contents: [] }, 'contents'],
  [{ contents: [7] }, 'contents[0]'],
  [{ contents: [{ role: 'assistant', parts: [] }] }, 'contents[0].role'],
  [{ contents: [{ parts: [{ function_call: { args: {} } }] }] }, 'contents[0].parts[0].function_call.name'],
  [{ contents: [{ parts: [{ inlineData: { data: 'x' } }] }] }, 'contents[0].parts[0].inlineData.mimeType'],
  [{ ...hello, generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
  [
    { ...hello, generation_config: { thinking_config: { thinking_level: 'huge' } } },
    'generation_config.thinking_config.thinking_level',
  ],
  [{ ...hello, toolConfig: { functionCallingConfig: { mode: 'MAYBE' } } }, 'toolConfig.functionCallingConfig.mode'],
])('%j is refused, naming the field', (body, field) => {
  expect(() => parse(body)).toThrow(expect.objectContaining({ field }));
});

test('whatever JSON comes, nothing but FieldError is thrown', () => {
  const known = fc.constantFrom(
    ...Object.keys(geminiTranslator.fields)
      .flatMap((path) => path.split(/[.[\]]+/))
      .filter(Boolean),
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>('user', 'model', 'text', 1, -1, true, null, 'https://example.com/x'),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(known, tie('json'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(known, json, { maxKeys: 6 }), fc.boolean(), (body, isWhole) => {
      try {
        parse({ ...(isWhole ? hello : {}), ...(body as JsonObject) });
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
