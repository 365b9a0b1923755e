import type { SignInErrorCode, SignInStep } from './flow.ts';

/** What each failure means and what to do, for the browser page, the terminal and the window. */
export const signInProblems: Record<SignInErrorCode, { text: string; fix: string }> = {
  state_mismatch: {
    text: 'That address belongs to another sign-in',
    fix: 'Paste the address of the page that this sign-in opened, or start again.',
  },
  refused: { text: 'The provider refused the sign-in', fix: 'Start again and agree, or use another account.' },
  expired: { text: 'The sign-in was not finished in time', fix: 'Start again.' },
  cancelled: { text: 'The sign-in was cancelled', fix: 'Start again when you like.' },
  port_taken: {
    text: 'The port that the browser comes back to is taken',
    fix: 'Stop the program that holds it, or paste the address you land on.',
  },
  bad_paste: {
    text: 'That is no address of a finished sign-in',
    fix: 'Paste the whole address of the page you landed on, or the code that the page shows.',
  },
  bad_input: { text: 'The input cannot be used', fix: 'Correct it and try again.' },
  exchange_failed: { text: 'The provider did not issue tokens', fix: 'Start again; codes work once and not for long.' },
  profile_failed: { text: 'The provider did not say who signed in', fix: 'Try again in a minute.' },
  network: { text: 'The provider could not be reached', fix: 'Check the network connection and the proxy.' },
  plan_not_served: { text: "The provider does not serve this account's plan this way", fix: 'Use another provider.' },
  no_project: { text: 'There is no project that can be used', fix: 'Create one, then sign in again.' },
  api_disabled: { text: 'An API of the project is turned off', fix: 'Turn it on, then sign in again.' },
  onboarding_failed: { text: 'The provider did not set the account up', fix: 'Try again later.' },
  client_secret_missing: {
    text: 'This sign-in needs a client secret',
    fix: 'Add client-secret of the provider under oauth-clients in the settings.',
  },
  method_unavailable: { text: 'There is no such way to sign in', fix: 'Choose another one.' },
  storing_failed: { text: 'The account could not be stored', fix: 'Unlock the keychain and sign in again.' },
  internal_error: { text: 'The sign-in failed inside Fusebox', fix: 'See the log; please report it.' },
};

/** What is being done, in the present tense. */
export const stepWords: Record<SignInStep, string> = {
  'exchanging-code': 'Getting the tokens',
  'waiting-for-approval': 'Waiting for you to approve',
  'fetching-profile': 'Finding out who signed in',
  'finding-project': 'Finding your project',
  'enabling-api': 'Checking that the API is on',
  onboarding: 'Waiting for the provider to set the account up',
  storing: 'Storing the account',
};

/** Shown where Windows has set a port aside: nothing listens there, and yet nothing may. */
export const excludedPortHint = 'Windows has set it aside; see: netsh int ipv4 show excludedportrange protocol=tcp';
