import { expect, it } from 'vitest';
import { claudeDialect } from '../../../main/providers/claude/dialect.ts';

it.each([
  [
    'claude-3-7-sonnet-20250219',
    { structuredOutputs: false, sampling: 'all', hidesThinking: false },
    'carried',
    'emulated',
    64,
  ],
  [
    'claude-opus-4-20250514',
    { structuredOutputs: false, sampling: 'all', hidesThinking: false },
    'carried',
    'emulated',
    64,
  ],
  [
    'claude-opus-4-1-20250805',
    { structuredOutputs: false, sampling: 'not-both', hidesThinking: false },
    'carried',
    'emulated',
    64,
  ],
  [
    'claude-haiku-4-5-20251001',
    { structuredOutputs: true, sampling: 'not-both', hidesThinking: false },
    'carried',
    'emulated',
    128,
  ],
  [
    'claude-sonnet-4-6',
    { structuredOutputs: true, sampling: 'not-both', hidesThinking: false },
    'refused',
    'emulated',
    128,
  ],
  ['claude-opus-4-7', { structuredOutputs: true, sampling: 'none', hidesThinking: true }, 'refused', 'emulated', 128],
  ['claude-opus-4-8', { structuredOutputs: true, sampling: 'none', hidesThinking: true }, 'refused', 'carried', 128],
  ['claude-opus-4-10', { structuredOutputs: true, sampling: 'none', hidesThinking: true }, 'refused', 'carried', 128],
  ['claude-sonnet-5', { structuredOutputs: true, sampling: 'none', hidesThinking: true }, 'refused', 'carried', 128],
  [
    'claude-something-new',
    { structuredOutputs: true, sampling: 'none', hidesThinking: true },
    'refused',
    'carried',
    128,
  ],
])('%s is asked as its version wants', (model, ways, prefill, midSystem, nameLength) => {
  const dialect = claudeDialect(model);
  expect(dialect.ways).toEqual(ways);
  expect([dialect.treatments.prefill.kind, dialect.treatments['mid-system'].kind]).toEqual([prefill, midSystem]);
  expect(dialect.toolNames.maxLength).toBe(nameLength);
});
