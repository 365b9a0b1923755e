import { describe, expect, test } from 'vitest';
import { createModelMapping } from '../../main/amp/model-mapping.ts';

type Mapping = { from: string; to: string; regex?: boolean };

function mapping(rules: Mapping[], force = false) {
  return createModelMapping({
    'model-mappings': rules.map((rule) => ({ regex: false, ...rule })),
    'force-model-mappings': force,
  });
}

const serves =
  (...models: string[]) =>
  (model: string) =>
    models.includes(model);

describe('exact rules', () => {
  const rules = [{ from: 'gpt-5.4', to: 'claude-opus-4-7' }];

  test('a model that no account serves is mapped to one that is served', () => {
    expect(mapping(rules).resolve('gpt-5.4', serves('claude-opus-4-7'))).toEqual({
      model: 'claude-opus-4-7',
      mapped: true,
      rule: 'gpt-5.4 → claude-opus-4-7',
      ignored: [],
    });
  });

  test('names are compared without regard to case and surrounding space', () => {
    const upper = mapping([{ from: ' GPT-5.4 ', to: ' claude-opus-4-7 ' }]);
    expect(upper.resolve(' gpt-5.4', serves('claude-opus-4-7')).model).toBe('claude-opus-4-7');
    expect(mapping(rules).resolve('Gpt-5.4', serves('claude-opus-4-7')).mapped).toBe(true);
  });

  test('a name that only contains the rule is not mapped', () => {
    expect(mapping(rules).resolve('gpt-5.4-mini', serves('claude-opus-4-7'))).toEqual({
      model: 'gpt-5.4-mini',
      mapped: false,
      ignored: [],
    });
  });

  test('the later of two rules for one model applies, and the earlier is reported', () => {
    const twice = mapping([
      { from: 'a', to: 'first' },
      { from: 'A', to: 'second' },
    ]);
    expect(twice.resolve('a', serves('first', 'second')).model).toBe('second');
    expect(twice.problems).toEqual(['A → second: A is mapped more than once; this rule, the later one, applies']);
  });

  test('a rule whose target nobody serves now is ignored and reported', () => {
    expect(mapping(rules).resolve('gpt-5.4', serves())).toEqual({
      model: 'gpt-5.4',
      mapped: false,
      ignored: ['gpt-5.4 → claude-opus-4-7: no account serves claude-opus-4-7 now'],
    });
  });

  test('a target is not mapped again, so rules that point at each other end after one step', () => {
    const ring = mapping(
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
      true,
    );
    expect(ring.resolve('a', serves('a', 'b')).model).toBe('b');
    expect(ring.resolve('b', serves('a', 'b')).model).toBe('a');
  });

  test('rules with a blank side are left out and reported', () => {
    const blank = mapping(
      [
        { from: '  ', to: 'x' },
        { from: 'y', to: ' ' },
        { from: 'z', to: '(high)' },
      ],
      true,
    );
    expect(blank.problems).toHaveLength(3);
    for (const asked of ['', 'y', 'z']) expect(blank.resolve(asked, () => true).mapped).toBe(false);
  });

  test('a mapping of a model to itself changes nothing', () => {
    expect(mapping([{ from: 'a', to: 'a' }], true).resolve('a(high)', serves('a'))).toEqual({
      model: 'a(high)',
      mapped: false,
      ignored: [],
    });
  });
});

describe('thinking suffixes', () => {
  test("the request's suffix is appended to a target without one", () => {
    expect(mapping([{ from: 'gpt', to: 'opus' }]).resolve('gpt(xhigh)', serves('opus')).model).toBe('opus(xhigh)');
  });

  test("the target's own suffix wins", () => {
    expect(mapping([{ from: 'gpt', to: 'opus(low)' }]).resolve('gpt(xhigh)', serves('opus')).model).toBe('opus(low)');
  });

  test('empty parentheses are dropped', () => {
    expect(mapping([{ from: 'gpt', to: 'opus' }]).resolve('gpt()', serves('opus')).model).toBe('opus');
    expect(mapping([{ from: 'gpt', to: 'opus( )' }]).resolve('gpt(8192) ', serves('opus')).model).toBe('opus(8192)');
  });

  test('an opening parenthesis without a closing one belongs to the name', () => {
    expect(mapping([{ from: 'gpt', to: 'opus' }]).resolve('gpt(high', serves('opus')).mapped).toBe(false);
  });

  test('accounts are asked for names without suffix', () => {
    const asked: string[] = [];
    mapping([{ from: 'gpt', to: 'opus(low)' }]).resolve('gpt(high)', (model) => asked.push(model) < 0);
    expect(asked).toEqual(['gpt', 'opus']);
  });

  test('a suffix on the left side is reported, since rules go by the base name', () => {
    const suffixed = mapping([{ from: 'gpt(high)', to: 'opus' }]);
    expect(suffixed.problems).toEqual(['gpt(high) → opus: applies to gpt with any thinking suffix']);
    expect(suffixed.resolve('gpt', serves('opus')).mapped).toBe(true);
  });
});

describe('patterns', () => {
  const patterns = [
    { from: '^gpt-5\\.\\d+$', to: 'opus', regex: true },
    { from: 'gpt', to: 'haiku', regex: true },
    { from: 'gpt-5.4', to: 'sonnet' },
  ];

  test('an exact rule comes before patterns, wherever it stands', () => {
    expect(mapping(patterns).resolve('gpt-5.4', serves('opus', 'sonnet')).model).toBe('sonnet');
  });

  test('patterns are tried in their order, un-anchored and case-insensitive, on the base name', () => {
    const all = serves('opus', 'haiku', 'sonnet');
    expect(mapping(patterns).resolve('GPT-5.2(high)', all).model).toBe('opus(high)');
    expect(mapping(patterns).resolve('my-GPT-4', all).model).toBe('haiku');
    expect(mapping(patterns).resolve('grok', all).mapped).toBe(false);
  });

  test('a pattern whose target nobody serves leaves the model to the next that matches', () => {
    expect(mapping(patterns).resolve('gpt-5.2', serves('haiku'))).toEqual({
      model: 'haiku',
      mapped: true,
      rule: 'gpt → haiku',
      ignored: ['^gpt-5\\.\\d+$ → opus: no account serves opus now'],
    });
  });

  test('an invalid pattern is left out and reported', () => {
    const broken = mapping([
      { from: '(gpt', to: 'opus', regex: true },
      { from: 'gpt', to: 'haiku', regex: true },
    ]);
    expect(broken.problems).toEqual([expect.stringMatching(/^\(gpt → opus: Invalid regular expression/)]);
    expect(broken.resolve('gpt-5', serves('opus', 'haiku')).model).toBe('haiku');
  });

  test('a pattern that backtracks for ever is stopped, switched off and reported; later rules still apply', () => {
    const slow = mapping([
      { from: '^(a+)+$', to: 'opus', regex: true },
      { from: 'a', to: 'haiku', regex: true },
    ]);
    const name = `${'a'.repeat(60)}!`;
    expect(slow.resolve(name, serves('opus', 'haiku')).model).toBe('haiku');
    expect(slow.problems).toEqual(['^(a+)+$ → opus: switched off, the pattern takes too long to test']);
    expect(slow.resolve('aaa', serves('opus', 'haiku')).model).toBe('haiku');
    expect(slow.problems).toHaveLength(1);
  });

  test('a name longer than any real one is not tested', () => {
    expect(mapping([{ from: 'a', to: 'opus', regex: true }]).resolve('a'.repeat(129), serves('opus')).mapped).toBe(
      false,
    );
  });
});

describe('order', () => {
  const rules = [{ from: 'sonnet', to: 'opus' }];

  test('without force a served model is served as asked, and no rule is looked at', () => {
    expect(mapping(rules).resolve('sonnet(high)', serves('sonnet', 'opus'))).toEqual({
      model: 'sonnet(high)',
      mapped: false,
      ignored: [],
    });
  });

  test('with force the mapping comes first', () => {
    expect(mapping(rules, true).resolve('sonnet(high)', serves('sonnet', 'opus')).model).toBe('opus(high)');
  });

  test('with force a served model is still served as asked when the target is not served', () => {
    const resolved = mapping(rules, true).resolve('sonnet', serves('sonnet'));
    expect(resolved).toMatchObject({ model: 'sonnet', mapped: false });
    expect(resolved.ignored).toHaveLength(1);
  });
});
