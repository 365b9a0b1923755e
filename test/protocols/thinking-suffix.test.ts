import { describe, expect, it } from 'vitest';
import { levelOf, nearestLevel, parseSuffix, splitSuffix } from '../../main/protocols/thinking-suffix.ts';

describe('splitSuffix', () => {
  it.each([
    ['gpt-5.2(xhigh)', 'gpt-5.2', 'xhigh'],
    ['model(a)(b)', 'model(a)', 'b'],
    ['model()', 'model', ''],
    ['model(', 'model(', ''],
    ['model(high', 'model(high', ''],
    ['model(high) ', 'model(high) ', ''],
    ['model)', 'model)', ''],
    ['model', 'model', ''],
    ['', '', ''],
  ])('reads %j as %j and %j', (name, base, suffix) => {
    expect(splitSuffix(name)).toEqual({ base, suffix });
  });
});

describe('parseSuffix', () => {
  it.each([
    ['high', { kind: 'level', level: 'high' }],
    [' XHigh ', { kind: 'level', level: 'xhigh' }],
    ['8192', { kind: 'budget', tokens: 8192 }],
    ['none', { kind: 'none' }],
    ['0', { kind: 'none' }],
    ['auto', { kind: 'auto' }],
    ['-1', { kind: 'auto' }],
  ])('reads %j', (suffix, wish) => {
    expect(parseSuffix(suffix)).toEqual(wish);
  });

  it.each(['hihg', '-5', '1e9', '12345678901', '1.5'])('refuses %j and lists what is valid', (suffix) => {
    expect(parseSuffix(suffix)).toMatchObject({
      error: expect.stringContaining(suffix),
      valid: expect.arrayContaining(['low', 'none', 'auto']),
    });
  });
});

describe('levels', () => {
  it('are the nearest that the model has, the lower of two', () => {
    const allowed = ['low', 'medium', 'high', 'max'] as const;
    expect(nearestLevel('minimal', allowed)).toBe('low');
    expect(nearestLevel('xhigh', allowed)).toBe('high');
    expect(nearestLevel('medium', allowed)).toBe('medium');
    expect(nearestLevel('medium', [])).toBeUndefined();
  });

  it.each([
    [512, 'minimal'],
    [513, 'low'],
    [8192, 'medium'],
    [24576, 'high'],
    [999_999, 'xhigh'],
  ])('stand for %i tokens of budget: %s', (tokens, level) => {
    expect(levelOf(tokens)).toBe(level);
  });
});
