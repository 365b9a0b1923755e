import { expect, test } from 'vitest';
import { translators } from '../../../main/protocols/index.ts';
import { createAnswerTranslation } from '../../../main/protocols/translation/answer.ts';
import type { AnswerDecoder, EncodeContext, Translator } from '../../../main/protocols/translator.ts';

const client = translators['openai-chat'];
const upstream = translators.anthropic;
const context: EncodeContext = {
  model: 'm',
  conversation: client.parse({
    body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
    operation: 'generate',
    path: '/v1/chat/completions',
  }),
  createdAt: 1,
  newId: (prefix) => `${prefix}1`,
  path: '/v1/chat/completions',
};
const notes = { toolNames: new Map<string, string>(), wrappedTools: new Set<string>() };
const message = { type: 'message', content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn', usage: {} };

function failing(step: () => never): { reading: Translator; writing: Translator } {
  const decoder: AnswerDecoder = { push: step, end: step };
  return {
    reading: { ...upstream, readAnswer: step, decoder: () => decoder },
    writing: { ...client, writeAnswer: step },
  };
}

/** What becomes of an answer in one piece. */
function translated(parts: { upstream: Translator; client: Translator }, fromStream = false) {
  const translation = createAnswerTranslation({ ...parts, fromStream, toStream: false, notes, context });
  const bytes = [...translation.push(Buffer.from(JSON.stringify(message))), ...translation.end()];
  return { text: Buffer.concat(bytes).toString(), error: translation.error };
}

const broken = () => {
  throw new TypeError('cannot read properties of undefined');
};

test('an answer that can be read and written has no error', () => {
  const { text, error } = translated({ upstream, client });
  expect(text).toContain('Hello');
  expect(error).toBeUndefined();
});

test('what cannot be read is the fault of the provider, in a body and in a stream', () => {
  const { reading } = failing(broken);
  for (const fromStream of [false, true]) {
    const { text, error } = translated({ upstream: reading, client }, fromStream);
    expect(text).toBe('');
    expect(error).toMatchObject({ status: 502, code: 'upstream_invalid' });
  }
});

test('what cannot be written is our own fault', () => {
  const { text, error } = translated({ upstream, client: failing(broken).writing });
  expect(text).toBe('');
  expect(error).toMatchObject({ status: 500, code: 'internal_error' });
});

test('values nested so deeply that writing them overflows the stack are the fault of the provider', () => {
  const { writing } = failing(() => {
    throw new RangeError('Maximum call stack size exceeded');
  });
  expect(translated({ upstream, client: writing }).error).toMatchObject({ status: 502, code: 'upstream_invalid' });
});
