import type { AppState, SignInView } from '../../preload/contract.ts';
import type { ToolView } from '../../preload/tools-view.ts';
import { stateWord } from '../panel/account-reading.ts';
import { spokenStep } from '../sign-in/sign-in-reading.ts';
import { text } from '../text/en.ts';

/** What a screen reader is told when one state follows another: changes of the gateway, of accounts and of sign-ins, nothing that only counts. */
export function announcements(before: AppState, after: AppState): string[] {
  const gateway =
    before.gateway.status === after.gateway.status
      ? []
      : [text.announce.gateway(text.gateway.word[after.gateway.status])];
  const known = new Map(before.accounts.map((account) => [account.id, account]));
  const accounts = after.accounts.filter((account) => isNewStanding(known.get(account.id)?.status, account.status));
  return [
    ...gateway,
    ...accounts.map((account) => text.announce.account(account.label, stateWord(account))),
    ...signInNews(before.signIns, after.signIns),
    ...toolNews(before.tools, after.tools),
  ];
}

/** Each step once, in the words that are seen. */
function signInNews(before: readonly SignInView[], after: readonly SignInView[]): string[] {
  const said = new Map(before.map((view) => [view.id, spokenStep(view)]));
  return after.flatMap((view) => {
    const words = spokenStep(view);
    return words === undefined || words === said.get(view.id) ? [] : [words];
  });
}

function toolNews(before: readonly ToolView[], after: readonly ToolView[]): string[] {
  const known = new Map(before.map(({ id, status }) => [id, status]));
  return after
    .filter(({ id, status }) => known.has(id) && known.get(id) !== status)
    .map(({ label, status }) => text.announce.account(label, text.tools.status[status]));
}

/** Ready and serving alternate with every request: no news. */
function isNewStanding(before: string | undefined, after: string): boolean {
  const standing = (status: string) => (status === 'serving' ? 'ready' : status);
  return before === undefined || standing(before) !== standing(after);
}
