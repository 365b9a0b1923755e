import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createResponseRewriter,
  needsRewriting,
  type ResponseRewriterOptions,
} from '../../../main/amp/rewriting/response.ts';
import type { WireFormatId } from '../../../main/protocols/wire-format.ts';

const golden = (name: string) => readFileSync(new URL(`../../golden/amp/${name}.sse`, import.meta.url));

const mapped = {
  stream: true,
  askedModel: 'claude-opus-4-7(high)',
  servedModel: 'gpt-5.4',
  advertisedTools: ['my_tool'],
};

/** What the client gets when the upstream's bytes arrive in these chunks. */
function through(options: ResponseRewriterOptions, chunks: Buffer[]): string {
  const rewriter = createResponseRewriter(options);
  const pieces = chunks.flatMap((chunk) => rewriter.push(chunk));
  return Buffer.concat([...pieces, ...rewriter.end()]).toString();
}

function bodyThrough(format: WireFormatId, body: string, options: Partial<ResponseRewriterOptions> = {}): string {
  return through({ ...mapped, format, stream: false, ...options }, [Buffer.from(body)]);
}

function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const sorted = [0, ...[...offsets].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe.each<WireFormatId>(['anthropic', 'openai-chat', 'openai-responses', 'gemini'])('a stream in %s', (format) => {
  const upstream = golden(`${format}.upstream`);
  const client = golden(`${format}.client`).toString();
  const options = { ...mapped, format };

  test('is as the client expects it, wherever it is cut in two', () => {
    for (let at = 0; at <= upstream.length; at += 1) expect(through(options, cutAt(upstream, [at]))).toBe(client);
  });

  test('is as the client expects it, byte by byte and in any chunks', () => {
    expect(
      through(
        options,
        [...upstream].map((byte) => Buffer.of(byte)),
      ),
    ).toBe(client);
    const offsets = fc.array(fc.nat(upstream.length), { maxLength: 40 });
    fc.assert(
      fc.property(offsets, (at) => {
        expect(through(options, cutAt(upstream, at))).toBe(client);
      }),
    );
  });

  test.each([
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('keeps lines that end in %s', (_, end) => {
    const lines = Buffer.from(upstream.toString().replaceAll('\n', end));
    for (let at = 0; at <= lines.length; at += 7) {
      expect(through(options, cutAt(lines, [at]))).toBe(client.replaceAll('\n', end));
    }
  });

  test.each(['\n', '\r\n', '\r'])('may have its data on several lines that end in %j', (end) => {
    const text = upstream.toString().replaceAll(/^data:.*$/gm, (line) => {
      const json = line.slice(5);
      return /^ ?\{/.test(json)
        ? `data:${JSON.stringify(JSON.parse(json), null, 1).split('\n').join('\ndata:')}`
        : line;
    });
    const rewritten = through(options, [Buffer.from(text.replaceAll('\n', end))]);
    expect(values(rewritten)).toEqual(values(client));
    expect(rewritten.replaceAll(end, '')).not.toMatch(/[\r\n]/);
  });

  test('passes as it is when it is already as the client expects it', () => {
    expect(through({ ...options, servedModel: options.askedModel }, [Buffer.from(client)])).toBe(client);
    expect(through(options, [Buffer.from(client)])).toBe(client);
  });
});

/** The data of each event, built: big integers aside, what a client's parser would see. */
function values(stream: string): unknown[] {
  const events = stream.replaceAll(/\r\n|\r/g, '\n').split('\n\n');
  const data = events.map((event) => [...event.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1]).join('\n'));
  return data.map((text) => (text.startsWith('{') ? JSON.parse(text) : text));
}

/** A buffer outside of Node's shared pool, so that its slices are told apart from copies. */
function ownMemory(text: string): Buffer {
  const bytes = Buffer.alloc(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

describe('forwarding', () => {
  const options = { ...mapped, format: 'anthropic' } as const;
  const delta = 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"model"}}\n\n';

  test('events that need no change are the bytes that came, in one piece', () => {
    const chunk = ownMemory(delta.repeat(3));
    expect(createResponseRewriter(options).push(chunk)).toEqual([chunk]);
    const [piece] = createResponseRewriter(options).push(chunk);
    expect(piece?.buffer).toBe(chunk.buffer);
    expect(piece?.byteOffset).toBe(chunk.byteOffset);
  });

  test('only the changed event of a chunk is copied; its neighbours stay in one piece each', () => {
    const start = 'data: {"type":"message_start","message":{"model":"gpt-5.4"}}\n\n';
    const chunk = ownMemory(delta.repeat(2) + start + delta.repeat(3));
    const pieces = createResponseRewriter(options).push(chunk);
    expect(pieces.map(String)).toEqual([delta.repeat(2), start.replace('gpt-5.4', mapped.askedModel), delta.repeat(3)]);
    expect(pieces.map((piece) => piece.buffer === chunk.buffer)).toEqual([true, false, true]);
  });

  test('an event goes out as soon as it is complete, and not before', () => {
    const rewriter = createResponseRewriter(options);
    expect(rewriter.push(Buffer.from(delta.slice(0, -1)))).toEqual([]);
    expect(rewriter.push(Buffer.from(`\n${delta.slice(0, 10)}`)).map(String)).toEqual([delta]);
    expect(rewriter.end().map(String)).toEqual([delta.slice(0, 10)]);
  });

  test('a last event without its blank line is put right too', () => {
    expect(through(options, [Buffer.from('data: {"message":{"model":"gpt-5.4"}}')])).toBe(
      `data: {"message":{"model":"${mapped.askedModel}"}}`,
    );
  });

  test('a byte order mark does not hide the first event', () => {
    expect(through(options, [Buffer.from('\ufeffdata: {"message":{"model":"gpt-5.4"}}\n\n')])).toBe(
      `\ufeffdata: {"message":{"model":"${mapped.askedModel}"}}\n\n`,
    );
  });

  test.each([
    'data: {"model":"gpt-5.4"\n\n',
    'data: "model"\n\n',
    ': {"model":"a"}\n\n',
    'event: "model"\n\n',
    'data: {"model":7}\n\n',
  ])('%j passes as it is', (event) => {
    expect(through(options, [Buffer.from(event)])).toBe(event);
  });

  test('a huge event in small writes is held without being read until it is complete', () => {
    const event = `data: {"message":{"model":"gpt-5.4","x":"${'x'.repeat(4_000_000)}"}}\n\n`;
    const bytes = Buffer.from(event);
    const rewriter = createResponseRewriter(options);
    const early: Buffer[] = [];
    for (let at = 0; at < bytes.length - 1; at += 1024) {
      early.push(...rewriter.push(bytes.subarray(at, Math.min(at + 1024, bytes.length - 1))));
    }
    expect(early).toEqual([]);
    const late = rewriter.push(bytes.subarray(-1));
    expect(Buffer.concat(late).toString()).toBe(event.replace('gpt-5.4', mapped.askedModel));
  });
});

describe('the last event of a Responses stream', () => {
  const options = { ...mapped, format: 'openai-responses' } as const;
  const done = (index: string, item: string) => `data: {"type":"response.output_item.done"${index},"item":${item}}\n\n`;
  const completed = (response: string, type = 'response.completed') =>
    `data: {"type":"${type}","response":${response}}\n\n`;
  const last = (...events: string[]) =>
    through(options, [Buffer.from(events.join(''))])
      .split('\n\n')
      .at(-2);

  test.each([
    ['{"output":[]}', '{"output":[{"id":1},{"id":2}]}'],
    ['{"output":null,"n":9007199254740993}', '{"output":[{"id":1},{"id":2}],"n":9007199254740993}'],
    ['{"n":1}', '{"output":[{"id":1},{"id":2}],"n":1}'],
    ['{}', '{"output":[{"id":1},{"id":2}]}'],
  ])('has its output %s filled in by index', (response, expected) => {
    const items = [done(',"output_index":1', '{"id":2}'), done(',"output_index":0', '{"id":1}')];
    for (const type of ['response.completed', 'response.incomplete', 'response.done']) {
      expect(last(...items, completed(response, type))).toBe(completed(expected, type).trim());
    }
  });

  test('takes the later of two items with one index, and items without an index as they come', () => {
    const twice = [done(',"output_index":0', '{"id":1}'), done(',"output_index":0', '{"id":2}'), done('', '{"id":3}')];
    expect(last(...twice, completed('{"output":[]}'))).toBe(completed('{"output":[{"id":2},{"id":3}]}').trim());
  });

  test('keeps an output that holds something, and an empty one when nothing was finished', () => {
    expect(last(done('', '{"id":1}'), completed('{"output":[{"id":9}]}'))).toBe(
      completed('{"output":[{"id":9}]}').trim(),
    );
    expect(last(completed('{"output":[]}'))).toBe(completed('{"output":[]}').trim());
  });

  test('is left alone when the items are more than can be kept', () => {
    const item = `{"id":"${'x'.repeat(9_000_000)}"}`;
    expect(last(done('', item), done('', item), done('', '{"id":3}'), completed('{"output":[]}'))).toBe(
      completed('{"output":[]}').trim(),
    );
  });

  test('stays one event when a filled-in item was laid out over several lines', () => {
    const spread = 'data: {"type":"response.output_item.done",\ndata: "item":{\ndata: "id":1}}\n\n';
    expect(last(spread, completed('{"output":[]}'))).toBe(
      'data: {"type":"response.completed","response":{"output":[{\ndata: "id":1}]}}',
    );
  });
});

describe('a body', () => {
  test('of Anthropic gets the model, tool names and signatures, and keeps its other bytes', () => {
    const body =
      '{ "model":"gpt-5.4","content":[{"type":"thinking","thinking":"h\\u006d"},{"type":"redacted_thinking","data":"x"},' +
      '{"type":"text","text":"\\"tool_use\\""},{"type":"tool_use","name":"MY_TOOL","input":{"model":1e3}},' +
      '{"type":"thinking","thinking":"","signature":"Eq"}],"n":9007199254740993}\n';
    expect(bodyThrough('anthropic', body)).toBe(
      body
        .replace('gpt-5.4', mapped.askedModel)
        .replace('{"type":"thinking","thinking":"h', '{"signature":"","type":"thinking","thinking":"h')
        .replace('{"type":"tool_use","name":"MY_TOOL"', '{"signature":"","type":"tool_use","name":"my_tool"'),
    );
  });

  test('of Chat gets the model and tool names', () => {
    const body =
      '{"model":"gpt-5.4","choices":[{"message":{"content":"\\"model\\"","tool_calls":[{"function":{"name":"bash","arguments":"{}"}}]}}]}';
    expect(bodyThrough('openai-chat', body)).toBe(
      body.replace('gpt-5.4', mapped.askedModel).replace('"bash"', '"Bash"'),
    );
  });

  test('of Responses gets the model and tool names', () => {
    const body =
      '{"model":"gpt-5.4","tools":[{"name":"bash"}],"output":[{"type":"function_call","name":"read"},{"type":"custom_tool_call","name":"MY_tool"},{"type":"mcp_call","name":"bash"}]}';
    expect(bodyThrough('openai-responses', body)).toBe(
      body.replace('gpt-5.4', mapped.askedModel).replace('"read"', '"Read"').replace('"MY_tool"', '"my_tool"'),
    );
  });

  test('of Gemini gets the model and tool names, in an array of answers too', () => {
    const answer = '{"modelVersion":"gpt-5.4","candidates":[{"content":{"parts":[{"functionCall":{"name":"task"}}]}}]}';
    const expected = answer.replace('gpt-5.4', mapped.askedModel).replace('task', 'Task');
    expect(bodyThrough('gemini', answer)).toBe(expected);
    expect(bodyThrough('gemini', ` [${answer},\r\n${answer}]`)).toBe(` [${expected},\r\n${expected}]`);
  });

  test('keeps its model when that is the one asked for', () => {
    const body = '{"model":"gpt-5.4-2026-03-05","content":[]}';
    expect(bodyThrough('anthropic', body, { askedModel: 'gpt-5.4' })).toBe(body);
  });

  test.each(['', '<html>"model"</html>', '{"model":"gpt-5.4"', '[1,"model"]', '"model"'])(
    '%j passes as it is',
    (body) => {
      expect(bodyThrough('anthropic', body)).toBe(body);
    },
  );

  test('is held back to its end, whatever its chunks', () => {
    const rewriter = createResponseRewriter({ ...mapped, format: 'anthropic', stream: false });
    expect(rewriter.push(Buffer.from('{"mod'))).toEqual([]);
    expect(rewriter.push(Buffer.from('el":"gpt-5.4"}'))).toEqual([]);
    expect(rewriter.end().map(String)).toEqual([`{"model":"${mapped.askedModel}"}`]);
  });

  test('that is larger than 32 MiB passes as it is, from the moment that is known', () => {
    const rewriter = createResponseRewriter({ ...mapped, format: 'anthropic', stream: false });
    const head = Buffer.from('{"model":"gpt-5.4","x":"');
    const bulk = Buffer.alloc(32 * 1024 * 1024, 'x');
    expect(rewriter.push(head)).toEqual([]);
    const released = rewriter.push(bulk);
    expect(released[0]).toBe(head);
    expect(released[1]).toBe(bulk);
    expect(rewriter.push(head)).toEqual([head]);
    expect(rewriter.end()).toEqual([]);
  });
});

test('for any answer, bytes outside of the edits are the same', () => {
  const name = fc.constantFrom('bash', 'Bash', 'MY_TOOL', 'my_tool', 'other');
  const block = fc.oneof(
    fc.record({ type: fc.constant('tool_use'), id: fc.string(), name, input: fc.jsonValue(), signature: fc.string() }),
    fc.record({ type: fc.constant('text'), text: fc.string(), name }),
    fc.jsonValue().filter((value) => !JSON.stringify(value).includes('signature')),
  );
  const answer = fc.record({ extra: fc.jsonValue(), model: fc.constant('gpt-5.4'), content: fc.array(block) });
  fc.assert(
    fc.property(answer, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const body = JSON.stringify(value, null, indent);
      const expected = { ...value, model: mapped.askedModel, content: value.content.map(respelled) };
      expect(bodyThrough('anthropic', body)).toBe(JSON.stringify(expected, null, indent));
    }),
  );
});

function respelled(block: unknown): unknown {
  if (typeof block !== 'object' || block === null || !('type' in block) || block.type !== 'tool_use') return block;
  const names: Record<string, string> = { bash: 'Bash', MY_TOOL: 'my_tool' };
  return 'name' in block && typeof block.name === 'string'
    ? { ...block, name: names[block.name] ?? block.name }
    : block;
}

test('only an answer of Claude itself, for the model that was asked, needs no rewriting', () => {
  const same = { askedModel: 'claude-opus-4-7', servedModel: 'claude-opus-4-7' };
  expect(needsRewriting({ ...same, fromClaude: true })).toBe(false);
  expect(needsRewriting({ ...same, fromClaude: false })).toBe(true);
  expect(needsRewriting({ ...same, askedModel: 'claude-opus-4-7(high)', fromClaude: true })).toBe(true);
});
