import type { AccountView, AppState } from '../../preload/contract.ts';
import { leftText, standingText } from './account-text.ts';
import { findRunning, getJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { visible } from './terminal-text.ts';
import { textTable } from './text-table.ts';

/** Prints the state of the running instance; resolves with 3 when none runs. */
export async function status(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const running = await findRunning(dataDirOf(options));
  if (!running) {
    console.log(
      options.json ? JSON.stringify({ running: false }) : 'Fusebox is not running. Start it with: fusebox serve',
    );
    return 3;
  }
  const state = (await getJson(running, '/state')) as AppState;
  console.log(
    options.json
      ? JSON.stringify({ running: true, ...state }, null, 2)
      : describe(state, Date.now(), process.stdout.columns).join('\n'),
  );
  return 0;
}

function describe(state: AppState, now: number, width: number | undefined): string[] {
  return [
    `Fusebox ${state.version} is listening on ${state.gateway.url}`,
    '',
    'Accounts',
    ...(state.accounts.length === 0
      ? ['  none; add one with: fusebox login <provider>']
      : accountLines(state.accounts, now, width)),
    '',
    'Amp',
    ...ampLines(state.amp),
    '',
    `Secrets: ${state.vault.note ?? state.vault.kind}`,
    ...(state.journal.problem ? [`Journal: ${state.journal.problem}`] : []),
    ...(state.settingsProblem ? [`Settings: ${state.settingsProblem}`] : []),
  ];
}

function accountLines(accounts: readonly AccountView[], now: number, width: number | undefined): string[] {
  const rows = accounts.map((account) => [
    account.providerLabel,
    account.label,
    `${standingText(account, now)} · ${leftWords(account, now)}`,
  ]);
  return textTable(rows, { indent: '  ', width });
}

function leftWords(account: AccountView, now: number): string {
  const left = leftText(account, now);
  return left === undefined ? 'quota not reported' : left.replace(' (', ' left (');
}

function ampLines(amp: AppState['amp']): string[] {
  const tokens = {
    settings: 'from the settings',
    environment: 'from AMP_API_KEY',
    'secrets-file': 'from `amp login`',
    none: 'none; run `amp login`',
  };
  return [
    `  Server: ${amp.upstreamUrl || 'not configured'}`,
    `  Token: ${tokens[amp.token]}${amp.tokenProblem ? ` (${amp.tokenProblem})` : ''}`,
    `  Last client: ${clientWords(amp.lastClient?.kind)}`,
    `  Paid model requests today: ${amp.creditRequestsToday} of at most ${amp.creditGuard}`,
    `  Goes to Amp: ${guardWords(amp)}`,
  ];
}

function guardWords({ creditMode, creditModels }: AppState['amp']): string {
  const modes = {
    unknown: 'models that no account serves',
    exhausted: 'models that no account serves, or whose accounts all cool down',
    never: 'nothing (ampcode.fallback: never)',
  };
  const only = creditMode === 'never' || creditModels.length === 0 ? '' : `; only ${creditModels.join(', ')}`;
  return visible(modes[creditMode] + only);
}

function clientWords(kind: 'classic' | 'cloud' | undefined): string {
  if (kind === undefined) return 'none seen yet';
  return kind === 'classic'
    ? 'classic: its model calls are served by your accounts'
    : "cloud: it runs its models in Amp's cloud, passes through untouched and spends Amp credits";
}
