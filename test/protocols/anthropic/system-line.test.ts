import { describe, expect, it } from 'vitest';
import { addSystemLine, claudeCodeLine } from '../../../main/protocols/anthropic/system-line.ts';
import { BodyDraft } from '../../../main/protocols/body-draft.ts';

const line = `{"type":"text","text":"${claudeCodeLine}"}`;

function withLine(json: string): string {
  const draft = new BodyDraft(Buffer.from(json));
  addSystemLine(draft);
  return Buffer.concat(draft.finish()).toString();
}

describe('the Claude Code line', () => {
  it.each([
    ['no system', '{"model":"m"}', `{"system":[${line}],"model":"m"}`],
    ['null', '{"system":null}', `{"system":[${line}]}`],
    ['an empty string', '{"system":" "}', `{"system":[${line}]}`],
    ['the line alone', `{"system":"${claudeCodeLine}"}`, `{"system":[${line}]}`],
    [
      'a string',
      '{"system": "a\\u00e9\\n\\"b\\"" }',
      `{"system": [${line},{"type":"text","text":"a\\u00e9\\n\\"b\\""}] }`,
    ],
    ['no blocks', '{"system":[ ]}', `{"system":[${line} ]}`],
    [
      'blocks',
      '{"system":[ {"text":"x", "cache_control":{"type":"ephemeral"},"type":"text"}]}',
      `{"system":[${line}, {"text":"x", "cache_control":{"type":"ephemeral"},"type":"text"}]}`,
    ],
    [
      'a line that is not first',
      `{"system":[{"type":"text","text":"x-anthropic-billing-header: 1"},${line}]}`,
      `{"system":[${line},{"type":"text","text":"x-anthropic-billing-header: 1"},${line}]}`,
    ],
  ])('comes first where the client sent %s', (_, before, after) => {
    expect(withLine(before)).toBe(after);
    JSON.parse(after);
  });

  it('is not added twice, and a first block that has it keeps its cache breakpoint', () => {
    const json = `{"system":[{"cache_control":{"type":"ephemeral"},"text":"${claudeCodeLine}","type":"text"},{"type":"text","text":"y"}]}`;
    expect(withLine(json)).toBe(json);
    expect(withLine(withLine('{"system":"x"}'))).toBe(withLine('{"system":"x"}'));
  });
});
