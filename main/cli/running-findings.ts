import type { AppState } from '../../preload/contract.ts';
import type { Finding } from './doctor.ts';

type Seen = Pick<
  AppState,
  'vault' | 'accounts' | 'amp' | 'gateway' | 'journal' | 'settingsProblem' | 'credentialFolder'
>;

/** What the running gateway says of itself: it knows more than a look from outside, and has the vault open. */
export function runningFindings(state: Seen): Finding[] {
  const { vault, accounts, settingsProblem, journal, credentialFolder } = state;
  const expired = accounts.filter(({ status }) => status === 'needs-sign-in').map(({ label }) => label);
  return [
    { subject: 'Vault', state: 'ok', text: vault.note ?? vault.kind },
    accountsFinding(accounts.length, expired),
    ...(settingsProblem === undefined ? [] : [settingsFinding(settingsProblem)]),
    journal.problem === undefined
      ? { subject: 'Journal', state: 'ok', text: 'requests are kept' }
      : { subject: 'Journal', state: 'problem', text: journal.problem, fix: 'Free some disk space, or see the log.' },
    ...credentialFolder.broken.map(
      ({ file, reason }): Finding => ({
        ...{ subject: 'Credential files', state: 'problem', text: `${file}: ${reason}` },
        fix: `Correct or delete it in ${credentialFolder.path}.`,
      }),
    ),
    gatewayFinding(state.gateway),
    ampTokenFinding(state.amp.token, state.amp.tokenProblem),
  ];
}

export function accountsFinding(count: number, expired: readonly string[]): Finding {
  const subject = 'Accounts';
  if (count === 0) return { subject, state: 'note', text: 'none yet', fix: 'Add one with: fusebox login <provider>' };
  if (expired.length === 0) return { subject, state: 'ok', text: `${count} ready or paused` };
  return {
    subject,
    state: 'problem',
    text: `sign-in has ended for ${expired.join(', ')}`,
    fix: 'Sign in again with: fusebox login <provider>',
  };
}

export function ampTokenFinding(source: AppState['amp']['token'], problem: string | undefined): Finding {
  const subject = 'Amp token';
  const fix = 'Run `amp login`, or set AMP_API_KEY.';
  if (problem) return { subject, state: 'problem', text: problem, fix };
  if (source === 'none') return { subject, state: 'note', text: "none found; Amp's account features need one", fix };
  const places = { settings: 'the settings', environment: 'AMP_API_KEY', 'secrets-file': "Amp's secrets file" };
  return { subject, state: 'ok', text: `found in ${places[source]}` };
}

function settingsFinding(problem: string): Finding {
  return { subject: 'Settings in force', state: 'problem', text: problem, fix: 'Correct the settings file.' };
}

function gatewayFinding({ url, problem }: AppState['gateway']): Finding {
  const subject = 'Gateway';
  if (!problem) return { subject, state: 'ok', text: `running on ${url}` };
  return { subject, state: 'problem', text: `running on ${url}. ${problem.message}`, fix: problem.fix };
}
