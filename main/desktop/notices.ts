import type { AccountView, AppState, RevealTarget } from '../../preload/contract.ts';
import { withHiddenEmails } from '../../preload/hidden-emails.ts';
import type { ModelView } from '../../preload/models-view.ts';
import type { Settings } from '../settings/schema.ts';
import { creditNotices } from './credit-notices.ts';
import { lastAccountNotices } from './last-account-notices.ts';
import type { DesktopNotice } from './notification.ts';
import { portNotices } from './port-notices.ts';
import { quotaNotices } from './quota-notices.ts';
import { type AccountNotice, signOutNotices } from './sign-out-notices.ts';

export type NoticeKind = keyof Settings['desktop']['notifications'];

export interface NoticeParts {
  /** As it was before anything happened: what has happened since is news. */
  first: AppState;
  models(): readonly ModelView[];
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Whether the owner wants to be told of this. */
  wants(kind: NoticeKind): boolean;
  notify(notice: DesktopNotice): void;
  reveal(target: RevealTarget): void;
}

/** What a state has to tell, each thing once. What happens while a switch is off is not told of when it is on again. */
export function desktopNotices(parts: NoticeParts): (state: AppState) => void {
  const { first, now, models, wants, notify, reveal } = parts;
  const tell = (kind: NoticeKind, target: RevealTarget) => (notice: { title: string; body: string }) => {
    if (wants(kind)) notify({ title: notice.title, body: notice.body, onClick: () => reveal(target) });
  };
  const ofAccount = (kind: NoticeKind) => (notice: AccountNotice) => tell(kind, { account: notice.accountId })(notice);
  const tellSignOuts = signOutNotices(first, ofAccount('needs-sign-in'));
  const tellQuotas = quotaNotices(first, now, ofAccount('low-quota'));
  const tellCredits = creditNotices(first, tell('amp-credits', { page: 'activity' }));
  const tellPorts = portNotices(tell('port-conflict', { page: 'panel' }));
  const tellModels = whenStandingsChange(
    first,
    models,
    lastAccountNotices(models(), now, tell('last-account', { page: 'models' })),
  );
  return (state) => {
    const shown = state.hideEmails ? withHiddenEmails(state) : state;
    tellSignOuts(shown);
    tellQuotas(shown);
    tellCredits(shown);
    tellPorts(shown);
    tellModels(state);
  };
}

/** The list of models is made only when something about the accounts may have changed it: states come with every request. */
function whenStandingsChange(
  first: AppState,
  models: () => readonly ModelView[],
  show: (models: readonly ModelView[]) => void,
): (state: AppState) => void {
  let last = standings(first);
  return (state) => {
    const next = standings(state);
    if (next === last) return;
    last = next;
    show(models());
  };
}

function standings({ accounts }: AppState): string {
  return JSON.stringify(accounts.map(standingOf));
}

function standingOf({ id, status, cooldowns, reserve }: AccountView): unknown[] {
  return [
    id,
    status === 'serving' ? 'ready' : status,
    cooldowns.map(({ only, until }) => [only, until]),
    reserve?.until,
  ];
}
