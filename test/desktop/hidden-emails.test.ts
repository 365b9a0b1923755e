import { expect, test } from 'vitest';
import { hiddenEmails, withHiddenEmails } from '../../preload/hidden-emails.ts';

test.each([
  ['you@example.com', 'y•••@e•••.com'],
  ['Refused for jörg.müller+x@mail.example.co.uk today', 'Refused for j•••@m•••.uk today'],
  ['a@b.de and c@d.fr', 'a•••@b•••.de and c•••@d•••.fr'],
  ['no address @ all', 'no address @ all'],
])('%s is shown as %s', (text, shown) => expect(hiddenEmails(text)).toBe(shown));

test('anything that is shown is hidden at any depth; names that things are called by stay', () => {
  const given = { id: 'claude:a@b.de', list: [{ label: 'a@b.de', accountId: 'a@b.de' }], n: 1, none: null };
  expect(withHiddenEmails(given)).toEqual({
    id: 'claude:a@b.de',
    list: [{ label: 'a•••@b•••.de', accountId: 'a@b.de' }],
    n: 1,
    none: null,
  });
});
