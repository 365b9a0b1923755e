import { expect, test } from 'vitest';
import { repairSignatures } from '../../../main/providers/google/repair.ts';

const refused = {
  status: 400,
  headers: {},
  body: '{"error":{"message":"Function call is missing a thought_signature"}}',
};
const call = (name: string, thoughtSignature?: string) => ({
  functionCall: { name, args: {} },
  ...(thoughtSignature ? { thoughtSignature } : {}),
});
const body = (contents: object[]) => Buffer.from(JSON.stringify({ contents, tools: [] }));

test('a request whose signatures are refused gets the stand-in for each turn’s first call and no others', () => {
  const repaired = repairSignatures(
    body([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'x' },
          { text: '', thoughtSignature: 'y' },
          call('a', 'z'),
          call('b', 'z'),
        ],
      },
    ]),
    refused,
  );
  expect(JSON.parse(String(repaired))).toEqual({
    contents: [
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [{ text: 'hm', thought: true }, call('a', 'skip_thought_signature_validator'), call('b')],
      },
    ],
    tools: [],
  });
});

test('a request in an envelope is repaired within it', () => {
  const wrapped = Buffer.from(
    JSON.stringify({ model: 'm', request: { contents: [{ role: 'model', parts: [call('a')] }] } }),
  );
  expect(String(repairSignatures(wrapped, refused))).toContain('{"model":"m","request":{"contents":[{"role":"model"');
});

test('what was refused for another reason, or cannot be mended, stays', () => {
  const one = body([{ role: 'user', parts: [{ text: 'go' }] }]);
  expect(repairSignatures(one, refused)).toBeUndefined();
  expect(repairSignatures(Buffer.from('{'), refused)).toBeUndefined();
  expect(
    repairSignatures(body([{ role: 'model', parts: [call('a')] }]), { ...refused, body: 'Bad schema' }),
  ).toBeUndefined();
  expect(repairSignatures(one, { networkError: { code: 'X', message: '' } })).toBeUndefined();
});
