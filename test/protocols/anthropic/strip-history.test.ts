import { expect, it } from 'vitest';
import { stripSearches, stripThinking } from '../../../main/protocols/anthropic/strip-history.ts';

const strip = (text: string) => stripThinking(Buffer.from(text)).toString('utf8');
const thinking = '{"type":"thinking","thinking":"hm","signature":"x"}';
const hidden = '{"data":"x","type":"redacted_thinking"}';
const text = '{ "type" : "text", "text":"\\u00e9 12345678901234567890" }';

it('takes thinking out of the history and leaves every other byte', () => {
  const before = `{"n":12345678901234567890, "messages":[{"role":"assistant","content":[${thinking},${text},${hidden}]}]}`;
  expect(strip(before)).toBe(`{"n":12345678901234567890, "messages":[{"role":"assistant","content":[${text}]}]}`);
});

it('takes messages of nothing else along', () => {
  const before = `{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[${thinking}]},{"role":"user","content":[${text}]}]}`;
  expect(strip(before)).toBe(`{"messages":[{"role":"user","content":"a"},{"role":"user","content":[${text}]}]}`);
});

it('lets models that think by budget go without it once', () => {
  const messages = `"messages":[{"role":"assistant","content":[${thinking},${text}]}]`;
  expect(strip(`{"thinking":{"type":"enabled","budget_tokens":2000},${messages}}`)).not.toContain('budget_tokens');
  expect(strip(`{"thinking":{"type":"adaptive"},${messages}}`)).toContain('"thinking":{"type":"adaptive"}');
});

it.each(['{}', '{"messages":"x"}', `{"messages":[1,{"content":"a"},{"content":[1,"b",${text}]}]}`])(
  'gives back the same bytes where there is none: %s',
  (body) => {
    const bytes = Buffer.from(body);
    expect(stripThinking(bytes)).toBe(bytes);
    expect(stripSearches(bytes)).toBe(bytes);
  },
);

it('takes searches and citations out, and nothing else', () => {
  const search = '{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}';
  const found = '{"type":"web_search_tool_result","tool_use_id":"s","content":[]}';
  const cited = '{"type":"text","citations":[{"encrypted_index":""}],"text":"a"}';
  const before = `{"messages":[{"role":"assistant","content":[${thinking},${search},${found},${cited}, ${text}]}]}`;
  expect(stripSearches(Buffer.from(before)).toString()).toBe(
    `{"messages":[{"role":"assistant","content":[${thinking},{"type":"text","text":"a"}, ${text}]}]}`,
  );
});
