import { expect, it } from 'vitest';
import { SignInError } from '../../../main/accounts/sign-in/flow.ts';
import { typedIdentity } from '../../../main/accounts/sign-in/typed-name.ts';

it.each([
  ['Work', { label: 'Work', accountId: 'work' }],
  ['WORK', { label: 'WORK', accountId: 'work' }],
  ['ada@example.com', { label: 'ada@example.com', email: 'ada@example.com' }],
  ['me @ home', { label: 'me @ home', accountId: 'me @ home' }],
  ['', {}],
  ['n'.repeat(300), { label: 'n'.repeat(100), accountId: 'n'.repeat(100) }],
])('the name %s says who it is', async (name, identity) => {
  expect(await typedIdentity({ ask: async () => name })).toEqual(identity);
});

const failing = (code: 'expired' | 'cancelled') => ({ ask: () => Promise.reject(new SignInError(code)) });

it('an owner who has left the desk gets a nameless account, one who cancels gets none', async () => {
  expect(await typedIdentity(failing('expired'))).toEqual({});
  await expect(typedIdentity(failing('cancelled'))).rejects.toMatchObject({ code: 'cancelled' });
});
