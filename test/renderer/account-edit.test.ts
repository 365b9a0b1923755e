import { expect, test } from 'vitest';
import { callSchemas } from '../../preload/contract.ts';
import { type AccountEdit, editOf, patchOf, wrongFields } from '../../renderer/panel/account-edit.ts';
import { accountView } from '../desktop/app-states.ts';

const account = accountView({ priority: 5, stopAt: 90, prefix: 'work', proxy: 'http://proxy:8080' });
const edited = (changes: Partial<AccountEdit>) => ({ ...editOf(account), ...changes });

test('only what was changed is sent, so that a hidden proxy password survives', () => {
  expect(patchOf(account, edited({ label: ' Mine ' }))).toEqual({ label: 'Mine' });
  expect(patchOf(account, edited({}))).toEqual({});
});

test('an emptied field takes the setting away', () => {
  expect(patchOf(account, edited({ prefix: '', proxy: ' ' }))).toEqual({ prefix: null, proxyUrl: null });
  expect(patchOf(account, edited({ stopAt: '' }))).toEqual({ stopAt: null });
});

const values: [keyof AccountEdit, string][] = [
  ['label', ''],
  ['label', 'x'.repeat(201)],
  ['label', 'Work'],
  ['priority', '1.5'],
  ['priority', '1001'],
  ['priority', '-1000'],
  ['priority', 'high'],
  ['stopAt', '1'],
  ['stopAt', '100'],
  ['stopAt', '0'],
  ['stopAt', '101'],
  ['stopAt', '9.5'],
  ['prefix', 'a b'],
  ['prefix', 'a.b-c_d'],
  ['prefix', 'x'.repeat(61)],
  ['proxy', 'ftp://x'],
  ['proxy', 'socks5://x:1'],
  ['proxy', 'direct'],
  ['proxy', 'x:1'],
];

test.each(values)('the editor judges %s %j as the engine does', (name, value) => {
  const edit = edited({ [name]: value });
  const accepted = callSchemas['account.update'].safeParse({ id: 'a', ...patchOf(account, edit) }).success;
  expect(wrongFields(edit)).toEqual(accepted ? [] : [name]);
});
