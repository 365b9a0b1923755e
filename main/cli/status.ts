import type { AccountView, AppState } from '../../preload/contract.ts';
import { standingText } from './account-text.ts';
import { findRunning, getJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';

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
    options.json ? JSON.stringify({ running: true, ...state }, null, 2) : describe(state, Date.now()).join('\n'),
  );
  return 0;
}

function describe(state: AppState, now: number): string[] {
  return [
    `Fusebox ${state.version} is listening on ${state.gateway.url}`,
    '',
    'Accounts',
    ...(state.accounts.length === 0
      ? ['  none; add one with: fusebox login <provider>']
      : state.accounts.map((account) => accountLine(account, now))),
    '',
    'Amp',
    ...ampLines(state.amp),
    '',
    `Secrets: ${state.vault.note ?? state.vault.kind}`,
    ...(state.settingsProblem ? [`Settings: ${state.settingsProblem}`] : []),
    ...(state.journal.problem ? [`Journal: ${state.journal.problem}`] : []),
  ];
}

function accountLine(account: AccountView, now: number): string {
  const tightest = [...account.windows].sort((a, b) => (b.used ?? 0) - (a.used ?? 0))[0];
  const left =
    tightest?.used === undefined
      ? 'quota not reported'
      : `${Math.max(0, Math.round((1 - tightest.used) * 100))} % left (${tightest.label})`;
  const standing = standingText(account, now);
  return `  ${account.providerLabel.padEnd(8)} ${account.label.padEnd(28)} ${standing} · ${left}`;
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
  ];
}

function clientWords(kind: 'classic' | 'cloud' | undefined): string {
  if (kind === undefined) return 'none seen yet';
  return kind === 'classic'
    ? 'classic: its model calls are served by your accounts'
    : "cloud: it runs its models in Amp's cloud, passes through untouched and spends Amp credits";
}
