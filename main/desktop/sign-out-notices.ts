import type { AccountView, AppState } from '../../preload/contract.ts';

/** A notice about one account, that the owner is shown once. */
export interface AccountNotice {
  accountId: string;
  title: string;
  body: string;
}

/**
 * Turns states into notices: one for each account that begins to need a sign-in, and no other until it has been signed
 * in. Accounts that needed one when `first` was taken are not told of: tray and window show them. A removal that is taken
 * back is no new event.
 */
export function signOutNotices(first: AppState, notify: (notice: AccountNotice) => void): (state: AppState) => void {
  let told = new Set(signedOut(first).map(({ id }) => id));
  return (state) => {
    const now = signedOut(state);
    const fresh = now.filter(({ id }) => !told.has(id));
    const present = new Set(state.accounts.map(({ id }) => id));
    told = new Set([...now.map(({ id }) => id), ...[...told].filter((id) => !present.has(id))]);
    for (const account of fresh) notify(noticeOf(account));
  };
}

function signedOut({ accounts }: AppState): AccountView[] {
  return accounts.filter(({ status }) => status === 'needs-sign-in');
}

function noticeOf({ id, label, providerLabel, reason }: AccountView): AccountNotice {
  const why = reason ? `${reason.replace(/\.?$/, '.')} ` : '';
  return {
    accountId: id,
    title: `${label} needs a new sign-in`,
    body: `${why}Until then Fusebox does not use this ${providerLabel} account.`,
  };
}
