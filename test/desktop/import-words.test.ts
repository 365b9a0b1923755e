import { expect, test } from 'vitest';
import { importWords } from '../../main/desktop/import-words.ts';

test('an import is told with every account, every file left out, and every warning', () => {
  const imported = [
    { label: 'a@example.com', provider: 'claude', updated: false },
    { label: 'b@example.com', provider: 'claude', updated: true },
  ];
  const skipped = [{ file: '/home/you/creds/codex.json', reason: 'not supported yet: codex' }];
  expect(importWords({ imported, skipped, warnings: ['shared login'] })).toEqual({
    message: 'Imported 2 accounts.',
    detail: 'a@example.com\nb@example.com (updated)\ncodex.json: not supported yet: codex\nshared login',
  });
});

test('nothing is nothing', () => {
  expect(importWords({ imported: [], skipped: [] })).toEqual({ message: 'No account was imported.', detail: '' });
});
