import { expect, test } from 'vitest';
import { readLaunchOptions } from '../../main/desktop/launch-options.ts';

test('without options the window opens and everything is chosen automatically', () => {
  expect(readLaunchOptions([])).toEqual({ hidden: false });
});

test('options are read in both spellings, between those of Chromium', () => {
  const argv = [
    '--inspect=0',
    '--no-sandbox',
    '/app',
    '--config',
    'a.yaml',
    '--data-dir=/data',
    '--vault',
    'file',
    '--hidden',
  ];
  expect(readLaunchOptions(argv)).toEqual({ config: 'a.yaml', dataDir: '/data', vault: 'file', hidden: true });
});

test.each([
  [['--vault', 'drawer'], '--vault must be keychain, file or memory'],
  [['--config'], '--config needs a file'],
  [['--data-dir='], '--data-dir needs a folder'],
])('%j is refused in words', (argv, message) => {
  expect(() => readLaunchOptions(argv)).toThrow(message);
});
