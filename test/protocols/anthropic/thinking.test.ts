import { describe, expect, it } from 'vitest';
import { applyThinking } from '../../../main/protocols/anthropic/thinking.ts';
import { BodyDraft } from '../../../main/protocols/body-draft.ts';
import { parseSuffix, type ThinkingSupport } from '../../../main/protocols/thinking-suffix.ts';

const budgets: ThinkingSupport = { levels: [], budget: { min: 1024, max: 128_000 }, canDisable: true };
const levels: ThinkingSupport = { levels: ['low', 'medium', 'high', 'max'], canDisable: true };

function thinking(suffix: string, support: ThinkingSupport, body: object = {}, maxTokens = 64_000) {
  const wish = parseSuffix(suffix);
  if ('error' in wish) throw new Error(wish.error);
  const draft = new BodyDraft(Buffer.from(JSON.stringify(body)));
  const changed = applyThinking(draft, wish, support, maxTokens);
  return { body: JSON.parse(Buffer.concat(draft.finish()).toString()), changed };
}

describe('models with budgets', () => {
  it.each([
    ['high', 64_000, 24_576],
    ['minimal', 64_000, 1024],
    ['max', 200_000, 128_000],
    ['high', 8192, 8191],
    ['auto', 64_000, 8192],
    ['500', 64_000, 1024],
    ['5000', 64_000, 5000],
    ['900000', 200_000, 128_000],
  ])('(%s) with max_tokens %i think %i tokens', (suffix, maxTokens, budget) => {
    const { body } = thinking(suffix, budgets, { thinking: { type: 'disabled' } }, maxTokens);
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: budget });
  });

  it('do not think when max_tokens leaves no room', () => {
    const { body, changed } = thinking('high', budgets, { thinking: { type: 'enabled', budget_tokens: 1 } }, 1024);
    expect(body).toEqual({});
    expect(changed[0]).toContain('no room');
  });

  it('lose thinking for (none), by disabling it where the model takes that', () => {
    expect(thinking('none', budgets).body).toEqual({ thinking: { type: 'disabled' } });
    const always = thinking('none', { ...budgets, canDisable: false }, { thinking: { type: 'enabled' } });
    expect(always.body).toEqual({});
  });
});

describe('models with levels', () => {
  it('take the level as effort, beside what else is configured', () => {
    const { body } = thinking('max', levels, { output_config: { format: { type: 'x' }, effort: 'low' } });
    expect(body).toEqual({ thinking: { type: 'adaptive' }, output_config: { format: { type: 'x' }, effort: 'max' } });
    expect(thinking('low', levels, { output_config: { a: 1 } }).body.output_config).toEqual({ effort: 'low', a: 1 });
    expect(thinking('low', levels, { output_config: null }).body.output_config).toEqual({ effort: 'low' });
  });

  it('take the nearest level and say so', () => {
    const { body, changed } = thinking('xhigh', levels);
    expect(body.output_config).toEqual({ effort: 'high' });
    expect(changed).toContain('effort: high instead of xhigh');
  });

  it('take a number of tokens as a level, and choose by themselves for (auto)', () => {
    expect(thinking('9000', levels).body.output_config).toEqual({ effort: 'high' });
    expect(thinking('auto', levels, { output_config: { effort: 'low' } }).body).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    });
  });
});

describe('what thinking forbids', () => {
  it('goes: sampling that the API refuses together with it', () => {
    const { body, changed } = thinking('low', levels, { temperature: 0.2, top_p: 0.9, top_k: 4, max_tokens: 5 });
    expect(Object.keys(body).sort()).toEqual(['max_tokens', 'output_config', 'thinking']);
    expect(changed.filter((line) => line.includes('forbids')).length).toBe(3);
    expect(thinking('low', levels, { temperature: 1, top_p: 0.95 }).body).toMatchObject({
      temperature: 1,
      top_p: 0.95,
    });
  });

  it('wins when it is a forced tool', () => {
    const body = { tool_choice: { type: 'tool', name: 'x' }, thinking: { type: 'adaptive' } };
    expect(thinking('high', levels, body).body).toEqual({ tool_choice: body.tool_choice });
    expect(thinking('high', levels, { tool_choice: { type: 'auto' } }).body.thinking).toEqual({ type: 'adaptive' });
  });

  it('is everything for a model that does not think', () => {
    expect(thinking('high', { levels: [], canDisable: false }, { thinking: {} }).body).toEqual({});
  });
});
