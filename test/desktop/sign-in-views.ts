import type { SignInView } from '../../preload/contract.ts';
import { noon } from './app-states.ts';

/** A sign-in that waits for the browser. */
export function signInView(changes: Partial<SignInView> = {}): SignInView {
  return {
    id: 's1',
    provider: 'claude',
    providerLabel: 'Claude',
    method: 'browser',
    phase: 'waiting',
    startedAt: noon,
    expiresAt: noon + 5 * 60_000,
    browser: browserPlace(),
    ...changes,
  };
}

export function browserPlace(changes: Partial<NonNullable<SignInView['browser']>> = {}) {
  return {
    url: 'https://claude.ai/oauth/authorize?state=x',
    redirectUri: 'http://localhost:54545/callback',
    opened: true,
    port: 54545,
    busy: [],
    ...changes,
  };
}
