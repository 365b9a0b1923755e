import { z } from 'zod';
import type { RequestRecord } from '../main/journal/record.ts';
import type { QuotaWindow } from '../main/providers/contract.ts';

/**
 * The one contract between engine, window and scripts: the state, the calls and their arguments.
 * Nothing in it is secret. Two carriers: Electron IPC, and HTTP under /v0/management.
 */

export type GatewayStatus = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

export interface GatewayState {
  status: GatewayStatus;
  /** `http://127.0.0.1:8317`, also while stopped: the address it will have. */
  url: string;
  host: string;
  port: number;
  /** Requests being served. */
  inFlight: number;
  /** Why it does not run; present when status is `failed`. */
  problem?: { code: string; message: string; fix: string; holder?: string; nextFreePort?: number };
}

export type AccountStatus = 'ready' | 'serving' | 'paused' | 'needs-sign-in';

export interface AccountView {
  id: string;
  provider: string;
  providerLabel: string;
  kind: 'oauth' | 'api-key';
  label: string;
  plan?: string;
  status: AccountStatus;
  /** Requests being served by this account. */
  serving: number;
  /** Why it cannot serve, in the upstream's or our words. */
  reason?: string;
  /** Empty when nothing is reported. */
  windows: QuotaWindow[];
  /** When the windows were last reported, milliseconds since the Unix epoch. */
  windowsAt?: number;
  lastServedAt?: number;
}

/** `classic` sends its model calls here; `cloud` runs its models in Amp's cloud and only passes through. */
export type AmpClientKind = 'classic' | 'cloud';

export interface AmpState {
  upstreamUrl: string;
  /** Where Amp's access token comes from. */
  token: 'settings' | 'environment' | 'secrets-file' | 'none';
  /** Why a token source could not be read. */
  tokenProblem?: string;
  lastClient?: { kind: AmpClientKind; at: number };
  /** Model requests that went to Amp since midnight, and the most that may. */
  creditRequestsToday: number;
  creditGuard: number;
}

export interface AppState {
  version: string;
  gateway: GatewayState;
  accounts: AccountView[];
  amp: AmpState;
  vault: { kind: 'keychain' | 'file' | 'memory'; note?: string };
  /** Why the settings file could not be used; the last good settings are in force. */
  settingsProblem?: string;
  /** Latest first, at most five. */
  recent: RequestRecord[];
}

/** Every call a window or script can make, with the schema its argument is checked against. */
export const callSchemas = {
  'state.get': z.void(),
  'gateway.start': z.void(),
  'gateway.stop': z.void(),
  /** Moves the gateway to another port and starts it. */
  'gateway.use-port': z.strictObject({ port: z.number().int().min(1).max(65535) }),
  'account.pause': z.strictObject({ id: z.string().min(1).max(300), paused: z.boolean() }),
  'account.remove': z.strictObject({ id: z.string().min(1).max(300) }),
  'clipboard.copy-url': z.void(),
  'accounts.import': z.void(),
} as const;

export type CallName = keyof typeof callSchemas;
export type CallArgument<N extends CallName> = z.infer<(typeof callSchemas)[N]>;

export interface ImportReport {
  imported: { label: string; provider: string; updated: boolean }[];
  /** Files that were left out, and why. */
  skipped: { file: string; reason: string }[];
  /** What the owner should know of the imported ones. */
  warnings?: string[];
}

export interface CallResults {
  'state.get': AppState;
  'gateway.start': null;
  'gateway.stop': null;
  'gateway.use-port': null;
  'account.pause': null;
  'account.remove': null;
  'clipboard.copy-url': null;
  'accounts.import': ImportReport;
}

/** What every call answers: never a raw exception. */
export type CallResult<N extends CallName> =
  | { ok: true; value: CallResults[N] }
  | { ok: false; error: { code: string; message: string; fix?: string } };

/** What the preload script puts on `window.fusebox`. */
export interface Bridge {
  call<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>>;
  /** Calls back with each new state; the returned function ends it. */
  onState(listener: (state: AppState) => void): () => void;
}
