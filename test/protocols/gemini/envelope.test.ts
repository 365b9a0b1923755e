import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnswerEnvelope,
  createUnwrapper,
  createWrapper,
  openRequest,
  wrapRequest,
} from '../../../main/protocols/gemini/envelope.ts';

// Spacing and digits that no re-serialising would keep.
const request = '{ "contents" : [ {"parts":[{"text":"a\\u00e9"}]} ],"n":12345678901234567890 }';
const answers = ['{"candidates" : [ {"content":{"parts":[{"text":"}{\\"]["}]}} ]}', '{"usageMetadata":{"n":1.0}}'];

function pass(envelope: AnswerEnvelope, bytes: Buffer, cuts: readonly number[] = []): string {
  const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const pieces = at.slice(1).flatMap((end, index) => envelope.push(bytes.subarray(at[index], end)));
  return Buffer.concat([...pieces, ...envelope.end()]).toString('utf8');
}

const enveloped = answers.map((one) => `{"traceId":"t","response":${one}}`);
const events = (objects: readonly string[]) => objects.map((one) => `data: ${one}\n\n`).join('');

describe('requests', () => {
  test('keep their bytes in the envelope and out of it', () => {
    const wrapped = Buffer.concat(wrapRequest({ model: 'm', project: 'p' }, [Buffer.from(request)]));
    expect(wrapped.toString()).toBe(`{"model":"m","project":"p","request":${request}}`);
    const opened = openRequest(wrapped);
    expect(opened?.request.toString()).toBe(request);
    expect(opened?.model).toBe('m');
    expect(Buffer.concat(wrapRequest({}, [Buffer.from('{}')])).toString()).toBe('{"request":{}}');
  });

  test('without an envelope have none to be taken out of', () => {
    expect(openRequest(Buffer.from(request))).toBeUndefined();
    expect(openRequest(Buffer.from('{"request":"text"}'))).toBeUndefined();
  });
});

describe('answers', () => {
  const cuts = (length: number) => fc.array(fc.nat(length), { maxLength: 8 });

  test('of events are taken out of their envelopes and put in, wherever the bytes are cut', () => {
    const outside = Buffer.from(`: keep-alive\n\n${events(enveloped)}`);
    const inside = Buffer.from(`: keep-alive\n\n${events(answers)}`);
    fc.assert(
      fc.property(cuts(outside.length), (at) => {
        expect(pass(createUnwrapper('events'), outside, at)).toBe(inside.toString());
        const wrapped = events(answers.map((one) => `{"response":${one}}`));
        expect(
          pass(
            createWrapper('events'),
            inside,
            at.filter((one) => one < inside.length),
          ),
        ).toBe(`: keep-alive\n\n${wrapped}`);
      }),
    );
  });

  test('of one array are, too', () => {
    const outside = Buffer.from(`[${enveloped.join(',\n')}\n]`);
    fc.assert(
      fc.property(cuts(outside.length), (at) => {
        expect(pass(createUnwrapper('array'), outside, at)).toBe(`[${answers.join(',\r\n')}]`);
      }),
    );
    expect(pass(createUnwrapper('array'), Buffer.from('[]'))).toBe('[]');
    expect(pass(createUnwrapper('array'), outside.subarray(0, -3))).not.toContain(']]');
  });

  test('of one body are, too', () => {
    const [answer = '', other = ''] = answers;
    expect(pass(createUnwrapper('body'), Buffer.from(enveloped[0] ?? ''), [3, 20])).toBe(answer);
    expect(pass(createWrapper('body'), Buffer.from(other), [3])).toBe(`{"response":${other}}`);
  });

  test('errors have no envelope and pass as they are', () => {
    const error = '{"error":{"code":429}}';
    expect(pass(createUnwrapper('events'), Buffer.from(events([error])))).toBe(events([error]));
    expect(pass(createUnwrapper('body'), Buffer.from(error))).toBe(error);
    expect(pass(createWrapper('body'), Buffer.from(error))).toBe(error);
    expect(pass(createUnwrapper('body'), Buffer.from('<html>'))).toBe('<html>');
  });
});
