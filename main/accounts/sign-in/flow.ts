import type { StoredAccount } from '../account.ts';

/** Tokens as a token endpoint answered, before it is known whose they are. */
export interface TokenAnswer {
  accessToken: string;
  refreshToken?: string;
  idToken?: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt?: number;
  scopes?: readonly string[];
  /** The whole answer, for fields of one provider alone. Secret. */
  raw: Readonly<Record<string, unknown>>;
}

/** Addresses a provider is reached at; settings key `endpoints`. */
export interface SignInEndpoints {
  api: string;
  authorize: string;
  token: string;
}

/** What a flow may use from outside. */
export interface FlowContext {
  endpoints: SignInEndpoints;
  /** Bound to the proxy of the account to be; names the product as user agent; ends after 30 s, body included. */
  fetch: typeof globalThis.fetch;
  now(): number;
  /** Base64url text of `bytes` random bytes. */
  random(bytes: number): string;
  /** Resolves after `delayMs` milliseconds; rejects with the signal's reason when the sign-in is cancelled. */
  wait(delayMs: number): Promise<void>;
  /**
   * Aborted when the sign-in is cancelled or runs out of time. `exchange` must not obey it once the code was sent, for
   * the tokens would be lost; `finish` makes an account without what it can do without, or throws.
   */
  signal: AbortSignal;
  /** Client secrets that the owner configured; never part of the program. */
  clientSecret(): string | undefined;
  /** Tells the owner what is being done, as a key of the text catalogue. */
  progress(step: SignInStep): void;
  /** Asks the owner to choose or to type; resolves with the answer, trimmed. Rejects when the sign-in is cancelled. */
  ask(question: SignInQuestion): Promise<string>;
}

/** What a sign-in does after the owner has agreed, in the order it may happen. */
export type SignInStep =
  | 'exchanging-code'
  | 'waiting-for-approval'
  | 'fetching-profile'
  | 'finding-project'
  | 'enabling-api'
  | 'onboarding'
  | 'storing';

export type SignInQuestion =
  /** Empty when none could be listed: the owner types one. An answer need not be one of the list. */
  | { kind: 'project'; projects: readonly { id: string; name: string }[] }
  /** The provider tells nothing about who signed in. */
  | { kind: 'label' };

/** Authorization code with PKCE (RFC 6749, RFC 7636) through a loopback redirect (RFC 8252). */
export interface BrowserFlow {
  method: 'browser';
  clientId: string;
  scope: string;
  /** Registered ports, first choice first; at least one. The redirect address is `http://localhost:<port><callbackPath>`. */
  ports: readonly number[];
  /** Whether the provider takes any other loopback port when those are taken. */
  anyPort: boolean;
  callbackPath: string;
  /** Query fields of the authorize URL beyond those of RFC 6749 and RFC 7636, fixed by the provider. */
  authorizeFields: Readonly<Record<string, string>>;
  /** Where the provider calls `redirect_uri` of the authorize URL by another name. */
  redirectField?: string;
  /** What the owner should know before the page opens. */
  notice?: string;
  /** Redirect address of a page that shows the code to copy, for when no listener can run. */
  manualRedirect?: string;
  /** Throws SignInError when the owner has to configure something first; asked before anything is shown. */
  check?(context: FlowContext): void;
  /** Swaps the code for tokens. Throws SignInError. */
  exchange(grant: CodeGrant, context: FlowContext): Promise<TokenAnswer>;
  /** Finds out whose tokens these are (see newAccount) and does what the provider needs before they work. Throws SignInError. */
  finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount>;
}

export interface CodeGrant {
  code: string;
  state: string;
  /** Byte for byte the one of the authorize URL. */
  redirectUri: string;
  codeVerifier: string;
}

/** Device authorization (RFC 8628) or what a provider has in its place. */
export interface DeviceFlow {
  method: 'device';
  /** Hosts (with their subdomains) of the page the code is typed at. A page elsewhere is shown, but never opened. */
  verificationHosts: readonly string[];
  /** What the owner should know before the page opens. */
  notice?: string;
  /** Throws SignInError. */
  begin(context: FlowContext): Promise<DeviceGrant>;
  finish(tokens: TokenAnswer, context: FlowContext): Promise<StoredAccount>;
}

export interface DeviceGrant {
  /** Shown large, to be typed on the page. */
  userCode: string;
  verificationUrl: string;
  /** The same with the code filled in. */
  completeUrl?: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
  /** Waits, polls at the provider's pace, obeys slow_down. Throws SignInError when refused or expired. */
  tokens(context: FlowContext): Promise<TokenAnswer>;
}

/** A key or a file that the owner brings. */
export interface KeyFlow {
  method: 'api-key' | 'file';
  /** To be filled in, in this order. */
  fields: readonly KeyField[];
  /** Checks the input and makes the account of it. Throws SignInError that names the field. */
  finish(input: Readonly<Record<string, string>>, context: FlowContext): Promise<StoredAccount>;
}

export interface KeyField {
  /** A key of the text catalogue, and the name in the input. */
  name: string;
  /** `secret` is typed covertly; the value of `file` is the text of a file that the owner picks. */
  kind: 'text' | 'secret' | 'file';
  required: boolean;
}

/** One way to sign in to a provider, as data with the few functions that differ. */
export type SignInFlow = BrowserFlow | DeviceFlow | KeyFlow;
export type SignInMethod = SignInFlow['method'];

/** Why a sign-in failed, in the terms of the error table; `detail` holds no secret. */
export class SignInError extends Error {
  readonly code: SignInErrorCode;
  /** Where the owner can put it right. */
  readonly link: string | undefined;
  constructor(code: SignInErrorCode, detail?: string, link?: string) {
    super(detail ?? code);
    this.name = 'SignInError';
    this.code = code;
    this.link = link;
  }
}

export type SignInErrorCode =
  | 'state_mismatch'
  | 'refused'
  | 'expired'
  | 'cancelled'
  | 'port_taken'
  | 'bad_paste'
  | 'bad_input'
  | 'exchange_failed'
  | 'profile_failed'
  | 'network'
  | 'plan_not_served'
  | 'no_project'
  | 'api_disabled'
  | 'onboarding_failed'
  | 'client_secret_missing'
  /** The provider does not offer this way of signing in (any more). */
  | 'method_unavailable'
  | 'storing_failed'
  | 'internal_error';
