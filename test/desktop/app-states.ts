import type { AccountView, AppState, GatewayState } from '../../preload/contract.ts';

/** Saturday noon, UTC. */
export const noon = Date.parse('2026-11-21T12:00:00Z');
export const hour = 3_600_000;
export const utc = { language: 'en-GB', timeZone: 'UTC' };

export function gatewayState(changes: Partial<GatewayState> = {}): GatewayState {
  return { status: 'running', url: 'http://127.0.0.1:8317', host: '127.0.0.1', port: 8317, inFlight: 0, ...changes };
}

export function accountView(changes: Partial<AccountView> = {}): AccountView {
  return {
    id: 'claude:you@example.com',
    provider: 'claude',
    providerLabel: 'Claude',
    kind: 'oauth',
    label: 'you@example.com',
    status: 'ready',
    priority: 0,
    serving: 0,
    cooldowns: [],
    windows: [],
    ...changes,
  };
}

export function appState(changes: Partial<AppState> = {}): AppState {
  return {
    version: '0.1.0',
    gateway: gatewayState(),
    accounts: [],
    providers: [],
    signIns: [],
    amp: {
      upstreamUrl: 'https://ampcode.com',
      token: 'none',
      creditRequestsToday: 0,
      creditGuard: 500,
      creditMode: 'unknown',
      creditModels: [],
    },
    credentialFolder: { path: '', originals: 0, broken: [] },
    vault: { kind: 'memory' },
    hideEmails: false,
    journal: { kind: 'file' },
    tools: [],
    recent: [],
    ...changes,
  };
}
