import { describe, expect, it } from 'vitest';
import { createStreamGate } from '../../main/gateway/inference/stream-gate.ts';

const event = (data: object) =>
  Buffer.from(`event: ${(data as { type: string }).type}\ndata: ${JSON.stringify(data)}\n\n`);
const start = event({ type: 'message_start', message: { id: 'msg_1' } });

describe('the stream gate', () => {
  it('holds the handshake and opens at the first content', () => {
    const gate = createStreamGate('anthropic');
    expect(gate.push(start)).toBe('hold');
    expect(gate.push(event({ type: 'ping' }))).toBe('hold');
    expect(gate.push(event({ type: 'content_block_start', index: 0 }))).toBe('open');
  });

  it('takes an error before any content for a failure', () => {
    const gate = createStreamGate('anthropic');
    gate.push(start);
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(gate.push(event(error))).toEqual({ failure: JSON.stringify(error) });
  });

  it('takes words that stand in a model’s place for the failure that they tell', () => {
    const says = (text: string) => ({ candidates: [{ content: { parts: [{ text }] } }] });
    const retired = says('This version of Antigravity is no longer supported. Please update.');
    const pushed = (data: object) => createStreamGate('gemini').push(Buffer.from(`data: ${JSON.stringify(data)}\n\n`));
    expect(pushed(retired)).toEqual({ failure: JSON.stringify(retired) });
    expect(pushed(says('Hello.'))).toBe('open');
  });

  it('ignores comments and reads several events in one piece', () => {
    const gate = createStreamGate('anthropic');
    expect(gate.push(Buffer.concat([Buffer.from(': hello\n\n'), start]))).toBe('hold');
    expect(gate.push(Buffer.concat([event({ type: 'ping' }), event({ type: 'message_delta' })]))).toBe('open');
  });

  it('finds the type wherever it stands in the object', () => {
    expect(createStreamGate('anthropic').push(Buffer.from('data: {"message":{},"type":"message_start"}\n\n'))).toBe(
      'hold',
    );
  });

  it('opens after 48 handshake events, so that nothing is held for ever', () => {
    const gate = createStreamGate('anthropic');
    const verdicts = Array.from({ length: 49 }, () => gate.push(event({ type: 'ping' })));
    expect(verdicts.indexOf('open')).toBe(48);
  });
});
