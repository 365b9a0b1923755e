// What is sent and answered: shaped like the traffic of coding tools, the same in every run.
const model = 'claude-sonnet-4-5-20250929';

const words =
  'the of request socket buffer to a and const return value in stream each event is it that file function import from test path'.split(
    ' ',
  );

/**
 * @typedef {object} Payload
 * @property {Buffer} body a Messages request
 * @property {boolean} stream whether it asks for a stream
 */

/**
 * A short question with a system prompt and one tool, about 2 KB.
 * @param {{ stream: boolean, model?: string | undefined }} options
 * @returns {Payload}
 */
export function question({ stream, model: name = model }) {
  const body = {
    model: name,
    stream,
    max_tokens: 1024,
    system: text(90, 1),
    tools: [tool('read_file')],
    messages: [{ role: 'user', content: text(180, 2) }],
  };
  return { body: Buffer.from(JSON.stringify(body)), stream };
}

/**
 * The same as a streaming request of Chat Completions.
 * @param {string | undefined} name
 * @returns {Payload}
 */
export function chatQuestion(name = model) {
  const { input_schema: parameters, ...rest } = tool('read_file');
  const messages = [
    { role: 'system', content: text(90, 1) },
    { role: 'user', content: text(180, 2) },
  ];
  return streaming({
    model: name,
    stream: true,
    messages,
    tools: [{ type: 'function', function: { ...rest, parameters } }],
  });
}

/**
 * The same as a streaming request of the Responses API.
 * @param {string | undefined} name
 * @returns {Payload}
 */
export function responsesQuestion(name = model) {
  const { input_schema: parameters, ...rest } = tool('read_file');
  const tools = [{ type: 'function', strict: false, ...rest, parameters }];
  return streaming({ model: name, stream: true, store: false, instructions: text(90, 1), input: text(180, 2), tools });
}

/**
 * The same as a request of Gemini's API, whose path names the model and the stream.
 * @returns {Payload}
 */
export function geminiQuestion() {
  const { input_schema: parametersJsonSchema, ...rest } = tool('read_file');
  return streaming({
    systemInstruction: { parts: [{ text: text(90, 1) }] },
    contents: [{ role: 'user', parts: [{ text: text(180, 2) }] }],
    tools: [{ functionDeclarations: [{ ...rest, parametersJsonSchema }] }],
  });
}

/** @param {object} body */
function streaming(body) {
  return { body: Buffer.from(JSON.stringify(body)), stream: true };
}

/**
 * A long conversation: prose, tool calls and tool results full of escaped code. Without `stream`, so that a gateway that
 * wants to know has to look through all of it.
 * @param {{ bytes: number, model?: string | undefined }} options
 * @returns {Payload}
 */
export function conversation({ bytes, model: name = model }) {
  const messages = [{ role: 'user', content: /** @type {unknown} */ (text(120, 3)) }];
  for (let turn = 0, size = 0; size < bytes; turn += 1) {
    const pair = exchange(turn);
    size += Buffer.byteLength(JSON.stringify(pair)) - 1;
    messages.push(...pair);
  }
  return request(messages, name);
}

/**
 * One picture as base64 in an otherwise short conversation.
 * @param {{ bytes: number, model?: string | undefined }} options
 * @returns {Payload}
 */
export function picture({ bytes, model: name = model }) {
  const data = Buffer.alloc(Math.floor((bytes * 3) / 4), 'not really a picture ').toString('base64');
  const source = { type: 'base64', media_type: 'image/png', data };
  const content = [
    { type: 'text', text: text(40, 4) },
    { type: 'image', source },
  ];
  return request([{ role: 'user', content }], name);
}

/**
 * @param {unknown[]} messages
 * @param {string} name
 * @returns {Payload}
 */
function request(messages, name) {
  const body = {
    model: name,
    max_tokens: 8192,
    system: text(400, 5),
    tools: [tool('read_file'), tool('grep')],
    messages,
  };
  return { body: Buffer.from(JSON.stringify(body)), stream: false };
}

/** @param {number} turn */
function exchange(turn) {
  const id = `toolu_01${String(turn).padStart(20, '0')}`;
  const input = { path: `src/part-${turn}.ts`, limit: turn % 400, recursive: turn % 2 === 0 };
  return [
    {
      role: 'assistant',
      content: [
        { type: 'text', text: text(30 + (turn % 50), turn) },
        { type: 'tool_use', id, name: 'read_file', input },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: code(20 + (turn % 120), turn) }] },
  ];
}

/** @param {string} name */
function tool(name) {
  const properties = {
    path: { type: 'string', description: text(12, 6) },
    limit: { type: 'integer', description: text(8, 7), minimum: 0 },
  };
  return { name, description: text(40, 8), input_schema: { type: 'object', properties, required: ['path'] } };
}

/**
 * @param {number} count words
 * @param {number} seed
 */
function text(count, seed) {
  return Array.from({ length: count }, (_, at) => words[(at * 7 + at * at * 3 + seed) % words.length]).join(' ');
}

/**
 * @param {number} lines
 * @param {number} seed
 */
function code(lines, seed) {
  return Array.from({ length: lines }, (_, at) =>
    at % 5 === 4
      ? ''
      : `\tconst value${at} = lookUp("${text(2, at + seed)}", '${text(1, at)}'); // ${text(6, at + 1)} é`,
  ).join('\n');
}

/** A whole answer, about 1 KB. */
export const answer = Buffer.from(
  JSON.stringify({
    id: 'msg_01BenchBenchBenchBench',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: text(130, 9) }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 512, cache_creation_input_tokens: 0, cache_read_input_tokens: 128, output_tokens: 180 },
  }),
);

/**
 * The events of a streamed answer, about 150 bytes each.
 * @param {number} count all of them, at least 7
 * @returns {Buffer[]}
 */
export function events(count) {
  const usage = { input_tokens: 512, cache_creation_input_tokens: 0, cache_read_input_tokens: 128, output_tokens: 1 };
  const message = {
    id: 'msg_01Bench',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    usage,
  };
  const deltas = Array.from({ length: count - 6 }, (_, at) =>
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: text(8, at) } }),
  );
  return [
    event({ type: 'message_start', message }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'ping' }),
    ...deltas,
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: count } }),
    event({ type: 'message_stop' }),
  ];
}

/** @param {{ type: string, [field: string]: unknown }} data */
function event(data) {
  return Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
}
