import type { AppState } from '../../preload/contract.ts';
import { stateWord } from '../panel/account-reading.ts';
import { text } from '../text/en.ts';

/** What a screen reader is told when one state follows another: changes of the gateway and of accounts, nothing that only counts. */
export function announcements(before: AppState, after: AppState): string[] {
  const gateway =
    before.gateway.status === after.gateway.status
      ? []
      : [text.announce.gateway(text.gateway.word[after.gateway.status])];
  const known = new Map(before.accounts.map((account) => [account.id, account]));
  const accounts = after.accounts.filter((account) => isNewStanding(known.get(account.id)?.status, account.status));
  return [...gateway, ...accounts.map((account) => text.announce.account(account.label, stateWord(account)))];
}

/** Ready and serving alternate with every request: no news. */
function isNewStanding(before: string | undefined, after: string): boolean {
  const standing = (status: string) => (status === 'serving' ? 'ready' : status);
  return before === undefined || standing(before) !== standing(after);
}
