import { expect, test } from 'vitest';
import { GatewayError } from '../../../main/gateway/errors.ts';
import { isKept, namesPrevious, withHistory } from '../../../main/gateway/inference/responses/previous-response.ts';
import { createResponseTap, type SeenResponse } from '../../../main/gateway/inference/responses/response-tap.ts';
import { createTranscripts } from '../../../main/gateway/inference/responses/transcripts.ts';
import { FakeClock } from '../../fakes/clock.ts';

const user = (content: string) => ({ type: 'message', role: 'user', content });
const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi.' }] };

test('what was said before is put in front of a request that names it', () => {
  const transcripts = createTranscripts(() => 0);
  transcripts.remember('resp_1', [user('one'), said], 10);
  expect(withHistory({ model: 'm', previous_response_id: 'resp_1', input: 'two' }, transcripts)).toEqual({
    model: 'm',
    input: [user('one'), said, user('two')],
  });
});

test('an answer that is not known is named in the refusal', () => {
  const ask = () =>
    withHistory(
      { previous_response_id: 'resp_x', input: [] },
      createTranscripts(() => 0),
    );
  expect(ask).toThrow(GatewayError);
  expect(ask).toThrow('resp_x');
});

test('a request that says everything itself stays as it is', () => {
  const request = { model: 'm', input: 'one', previous_response_id: null };
  expect(
    withHistory(
      request,
      createTranscripts(() => 0),
    ),
  ).toBe(request);
  expect(namesPrevious(Buffer.from(JSON.stringify(request)))).toBe(false);
  expect(namesPrevious(Buffer.from('{"input":"previous_response_id"}'))).toBe(false);
  expect(namesPrevious(Buffer.from('{"previous_response_id":"resp_1"}'))).toBe(true);
});

test.each([
  ['{"model":"m"}', true],
  ['{"store":true}', true],
  ['{"store": false}', false],
  ['{"input":"\\"store\\": false"}', true],
])('%s is kept: %s', (body, kept) => {
  expect(isKept(Buffer.from(body))).toBe(kept);
});

test('answers are forgotten after an hour, and the oldest first when they are too many', () => {
  const clock = new FakeClock();
  const transcripts = createTranscripts(() => clock.now());
  transcripts.remember('a', [1], 10);
  clock.advance(3_600_001);
  expect(transcripts.find('a')).toBeUndefined();
  const half = 32 * 1024 * 1024;
  for (const id of ['b', 'c', 'd']) transcripts.remember(id, [id], half);
  expect([transcripts.find('b'), transcripts.find('c'), transcripts.find('d')]).toEqual([undefined, ['c'], ['d']]);
});

function tapped(stream: boolean, bytes: Buffer, pieceLength: number) {
  const seen: SeenResponse[] = [];
  const tap = createResponseTap(stream, (response) => void seen.push(response));
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) passed.push(...tap.push(bytes.subarray(at, at + pieceLength)));
  passed.push(...tap.end());
  expect(Buffer.concat(passed).equals(bytes)).toBe(true);
  return seen.map(({ id, output }) => ({ id, output }));
}

const event = (data: object) => `event: ${(data as { type: string }).type}\ndata: ${JSON.stringify(data)}\n\n`;

test.each([1, 7, 10_000])(
  'a stream passes untouched in pieces of %i bytes, and is told when it is complete',
  (length) => {
    const done = event({ type: 'response.output_item.done', output_index: 0, item: said });
    const full = event({ type: 'response.completed', response: { id: 'resp_1', output: [said] } });
    const empty = event({ type: 'response.completed', response: { id: 'resp_1', output: [] } });
    for (const end of [full, empty])
      expect(tapped(true, Buffer.from(done + end), length)).toEqual([{ id: 'resp_1', output: [said] }]);
    expect(tapped(true, Buffer.from(done + event({ type: 'response.failed', response: { id: 'r' } })), length)).toEqual(
      [],
    );
  },
);

test('a whole answer is told at its end, a broken one never', () => {
  const answer = JSON.stringify({ id: 'resp_1', status: 'completed', output: [said] });
  expect(tapped(false, Buffer.from(answer), 5)).toEqual([{ id: 'resp_1', output: [said] }]);
  expect(tapped(false, Buffer.from(answer.slice(0, -3)), 5)).toEqual([]);
});
