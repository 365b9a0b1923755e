import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  geminiSignaturePlaceholder,
  isSignaturePlaceholder,
  signatureFamily,
} from '../../main/protocols/signatures.ts';
import { signThinking } from '../upstreams/anthropic/signatures.ts';

const base64 = (...parts: (readonly number[] | string)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64');

/** A protobuf field of bytes. */
const field = (tag: number, content: readonly number[]) => [tag, content.length, ...content];
const noise = (length: number) => Array.from({ length }, (_, index) => (index * 37 + 11) % 256);

const claude = base64(
  field(0x12, [...field(0x0a, [0x18, 0x02]), ...field(0x12, noise(12)), ...field(0x22, noise(40))]),
);
const gemini = base64(field(0x0a, [0x01, ...noise(60)]));
const geminiOf3 = base64(field(0x12, field(0x0a, [0x01, ...noise(60)])));
const fernet = Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, 0x68]), Buffer.from(noise(90))]).toString('base64url');

describe('signatureFamily', () => {
  test.each([
    ['a Claude signature', claude, 'claude'],
    ['a Claude signature in base64 once more', Buffer.from(claude).toString('base64'), 'claude'],
    [
      'a Claude signature that names its model',
      base64([0x08, 0x0b], field(0x1a, [...Buffer.from('claude-opus-5')])),
      'claude',
    ],
    ['what the fake Anthropic signs with', signThinking('hm'), 'claude'],
    ['encrypted reasoning of ChatGPT', fernet, 'gpt'],
    ['a Gemini signature', gemini, 'gemini'],
    ['a Gemini 3 signature that begins as Claude signatures do', geminiOf3, 'gemini'],
    ['the stand-in for a Gemini signature', geminiSignaturePlaceholder, 'gemini'],
    ['the other stand-in', 'context_engineering_is_the_way_to_go', 'gemini'],
    ['a signature that names its provider', 'claude#abc', 'claude'],
    ['another one', 'openai#abc', 'gpt'],
    ['a third one', 'gemini#abc', 'gemini'],
  ] as const)('recognises %s', (_name, signature, family) => {
    expect(signatureFamily(signature)).toBe(family);
  });

  test.each([
    ['nothing', ''],
    ['words', 'not a signature'],
    ['base64 of no message', base64([0x07, 1, 2, 3, 4, 5, 6])],
    ['a message that is cut off', base64([0x0a, 200, 1, 2, 3, 4, 5])],
    ['a Fernet token that is too short', 'gAAAAABo'],
  ])('recognises nobody in %s', (_name, signature) => {
    expect(signatureFamily(signature)).toBeUndefined();
  });

  test('never throws, and knows base64url as well as base64', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void signatureFamily(text)));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 100 }), (content) => {
        const message = Buffer.from(field(0x0a, [0x01, ...content]));
        expect(signatureFamily(message.toString('base64url'))).toBe(signatureFamily(message.toString('base64')));
      }),
    );
  });
});

test('only the stand-ins are stand-ins', () => {
  expect(isSignaturePlaceholder(geminiSignaturePlaceholder)).toBe(true);
  expect(isSignaturePlaceholder(gemini)).toBe(false);
});
