import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPublicStream } from '../../../main/protocols/openai-responses/public-stream.ts';

const event = (data: { type: string; [name: string]: unknown }) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const item = (id: string) => ({ id, type: 'message', content: [{ type: 'output_text', text: `é "codex." ${id}` }] });
const limits = event({ type: 'codex.rate_limits', rate_limits: {} });
const created = event({ type: 'response.created', response: { id: 'resp_1', output: [] } });
const done = (id: string, output_index: number) =>
  event({ type: 'response.output_item.done', output_index, item: item(id) });
const completed = (type = 'response.completed', output: unknown[] = []) =>
  event({ type, response: { id: 'resp_1', output, usage: { input_tokens: 1 } } });

function pass(whole: string, cuts: readonly number[] = []) {
  const stream = createPublicStream();
  const bytes = Buffer.from(whole);
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const out = places.slice(1).flatMap((end, index) => stream.push(bytes.subarray(places[index], end)));
  const text = Buffer.concat([...out, ...stream.end()]).toString('utf8');
  // Whoever passes it on waits for one of the two.
  expect(stream.isDone).toBe(stream.error === undefined);
  return { text, error: stream.error };
}

describe("a Codex backend's stream for other clients", () => {
  it("lacks Codex's events and has the output in the final one, in the order of its places", () => {
    const { text, error } = pass(limits + created + done('b', 1) + done('a', 0) + completed());
    expect(text).toBe(created + done('b', 1) + done('a', 0) + completed('response.completed', [item('a'), item('b')]));
    expect(error).toBeUndefined();
  });

  it('comes out the same wherever its bytes were cut', () => {
    const whole = limits + created + done('a', 0) + completed();
    const expected = pass(whole).text;
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(whole))), (cuts) => {
        expect(pass(whole, cuts).text).toBe(expected);
      }),
    );
  });

  it('is left alone where there is nothing to mend', () => {
    const whole = created + done('a', 0) + completed('response.completed', [item('a')]);
    expect(pass(whole).text).toBe(whole);
    const failed = created + event({ type: 'response.failed', response: { status: 'failed', output: [] } });
    expect(pass(failed)).toEqual({ text: failed, error: undefined });
  });

  it('ends in response.completed where the backend says response.done', () => {
    expect(pass(created + completed('response.done', [item('a')])).text).toBe(
      created + completed('response.completed', [item('a')]),
    );
  });

  it('fails, worth a retry, without its last event', () => {
    expect(pass(created + done('a', 0)).error).toMatchObject({ status: 502, code: 'upstream_lost' });
  });
});
