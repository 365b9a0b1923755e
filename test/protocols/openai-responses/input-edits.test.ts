import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyDraft } from '../../../main/protocols/body-draft.ts';
import type { JsonObject } from '../../../main/protocols/exact-json.ts';
import { withoutReasoning } from '../../../main/protocols/openai-responses/body-edits.ts';
import { editInput, isGptReasoning } from '../../../main/protocols/openai-responses/input-edits.ts';

const gpt = `gAAAA${'A'.repeat(95)}`;
const claude = 'EqQBCgIYAhIkc2lnbmVk';

function edit(
  input: readonly JsonObject[],
  isStateless = true,
): { input: JsonObject[]; dropped: string[]; text: string } {
  const draft = new BodyDraft(Buffer.from(JSON.stringify({ input })));
  const dropped = editInput(draft, { isStateless, takesReasoning: isGptReasoning });
  const text = Buffer.concat(draft.finish()).toString('utf8');
  return { ...(JSON.parse(text) as { input: JsonObject[] }), dropped, text };
}

const reasoning = (encrypted?: string): JsonObject => ({
  type: 'reasoning',
  summary: [],
  ...(encrypted ? { encrypted_content: encrypted } : {}),
});
const call = (id: string, more: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name: 'a',
  arguments: '{}',
  ...more,
});
const output = (id: string, value = 'done'): JsonObject => ({
  type: 'function_call_output',
  call_id: id,
  output: value,
});

describe('editing the input of a Responses request', () => {
  it('leaves a body that is right as it is, byte for byte', () => {
    const input = [
      { type: 'message', role: 'user', content: 'hi' },
      reasoning(gpt),
      call('c1', { id: 'fc_1' }),
      output('c1'),
    ];
    const json = Buffer.from(JSON.stringify({ model: 'm', input }));
    const draft = new BodyDraft(json);
    expect(editInput(draft, { isStateless: true, takesReasoning: isGptReasoning })).toEqual([]);
    expect(draft.finish()).toEqual([json]);
  });

  it('removes reasoning of other models, and says which', () => {
    const { input, dropped } = edit([reasoning(claude), reasoning(gpt), reasoning()]);
    expect(input).toEqual([reasoning(gpt)]);
    expect(dropped).toEqual(['input[0]', 'input[2]']);
  });

  it('keeps reasoning without proof where it may be stored', () => {
    expect(edit([reasoning(), reasoning(claude)], false).input).toEqual([reasoning()]);
  });

  it('takes ids away that are too long or of another form', () => {
    const { input } = edit([
      call('c1', { id: 'toolu_1' }),
      output('c1'),
      { type: 'message', id: `msg_${'x'.repeat(80)}`, role: 'assistant', content: [] },
      { id: 'item_1', type: 'message', role: 'assistant', content: [] },
    ]);
    expect(input.map((item) => item.id)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('keeps the last of items that come twice', () => {
    const { input } = edit([
      call('c1', { arguments: '{"old":1}' }),
      output('c1', 'old'),
      call('c1'),
      output('c1', 'new'),
    ]);
    expect(input).toEqual([call('c1'), output('c1', 'new')]);
  });

  it('makes text of an output without a call, and answers a call without an output', () => {
    const { input } = edit([output('gone', 'left over'), call('c1'), { role: 'user', content: 'go on' }]);
    expect(input).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: '[tool result without call] left over' }],
      },
      call('c1'),
      output('c1', '[no result]'),
      { role: 'user', content: 'go on' },
    ]);
  });

  it('refuses references to items that are stored elsewhere', () => {
    expect(() => edit([{ type: 'item_reference', id: 'rs_1' }])).toThrowError(
      expect.objectContaining({ name: 'FieldError', field: 'input[0]' }),
    );
  });

  it('gives valid JSON whose calls and outputs are in pairs, whatever comes', () => {
    const id = fc.constantFrom('c1', 'c2', 'c3');
    const item = fc.oneof(
      id.map((one) => call(one, { id: 'odd' })),
      id.map((one) => call(one, { id: 'fc_1' })),
      id.map((one) => output(one)),
      fc.constantFrom(reasoning(claude), reasoning(gpt), reasoning()),
      fc.constant<JsonObject>({ role: 'user', content: 'hi' }),
    );
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const { input, text } = edit(items);
        const ids = (type: string) => input.filter((one) => one.type === type).map((one) => one.call_id);
        expect([...ids('function_call')].sort()).toEqual([...ids('function_call_output')].sort());
        expect(text).not.toContain(claude);
      }),
    );
  });
});

describe('taking reasoning out of a body', () => {
  it('removes every reasoning item and nothing else', () => {
    const body = Buffer.from(
      JSON.stringify({ input: [reasoning(gpt), { role: 'user', content: 'hi' }], store: false }),
    );
    expect(JSON.parse(String(withoutReasoning(body)))).toEqual({
      input: [{ role: 'user', content: 'hi' }],
      store: false,
    });
  });

  it('says when there is none', () => {
    expect(withoutReasoning(Buffer.from('{"input":"hi"}'))).toBeUndefined();
    expect(withoutReasoning(Buffer.from('{"input":[{"role":"user","content":"hi"}]}'))).toBeUndefined();
  });
});
