import { expect, test } from 'vitest';
import { signOutNotices } from '../../main/desktop/sign-out-notices.ts';
import { accountView, appState } from './app-states.ts';

const ready = accountView();
const signedOut = accountView({ status: 'needs-sign-in', reason: 'The refresh token was revoked' });
const state = (...accounts: (typeof ready)[]) => appState({ accounts });

function telling(first = state(ready)) {
  const told: string[] = [];
  return { told, show: signOutNotices(first, ({ accountId }) => told.push(accountId)) };
}

test('an account that begins to need a sign-in is told of once', () => {
  const { told, show } = telling();
  for (const next of [state(signedOut), state(signedOut), state({ ...signedOut, label: 'renamed' })]) show(next);
  expect(told).toEqual([ready.id]);
});

test('after it was signed in it is told of again', () => {
  const { told, show } = telling();
  for (const next of [state(signedOut), state(ready), state(signedOut)]) show(next);
  expect(told).toEqual([ready.id, ready.id]);
});

test('one that is removed and brought back is not told of again', () => {
  const { told, show } = telling();
  for (const next of [state(signedOut), state(), state(signedOut)]) show(next);
  expect(told).toEqual([ready.id]);
});

test('one that needed a sign-in from the start is no news', () => {
  const { told, show } = telling(state(signedOut));
  show(state(signedOut));
  expect(told).toEqual([]);
});

test('the notice names account, reason and consequence', () => {
  const notices: unknown[] = [];
  signOutNotices(state(ready), (notice) => notices.push(notice))(state(signedOut));
  expect(notices).toEqual([
    {
      accountId: ready.id,
      title: 'you@example.com needs a new sign-in',
      body: 'The refresh token was revoked. Until then Fusebox does not use this Claude account.',
    },
  ]);
});
