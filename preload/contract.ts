import { z } from 'zod';
import type {
  KeyField,
  SignInErrorCode,
  SignInMethod,
  SignInQuestion,
  SignInStep,
} from '../main/accounts/sign-in/flow.ts';
import type { RequestRecord } from '../main/journal/record.ts';
import type { QuotaWindow } from '../main/providers/contract.ts';
import {
  exportQuery,
  type JournalChoices,
  type JournaledRequest,
  type JournalState,
  pageQuery,
  type RequestPage,
} from './journal-view.ts';
import { type ModelsView, modelRules } from './models-view.ts';
import { type RouteView, routeQuestion } from './route-view.ts';
import { type SettingsDescription, type SettingsValues, settingChange } from './settings-view.ts';
import { type ToolCallResults, type ToolView, toolCalls } from './tools-view.ts';
import type { UpdateView } from './update-view.ts';
import { type UsageView, usageQuery } from './usage-view.ts';

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
  /** Why it does not run (status `failed`), or runs where it did and not where the settings say. */
  problem?: {
    code: string;
    message: string;
    fix: string;
    /** The port that it could not have. */
    port?: number;
    holder?: string;
    nextFreePort?: number;
  };
}

export type AccountStatus = 'ready' | 'serving' | 'cooling' | 'reserve' | 'paused' | 'needs-sign-in';

/** A quota window in which an account has used as much as its owner allows. */
export interface ReserveView {
  /** The family of models; absent for the whole account. */
  only?: string;
  /** The window's. */
  label: string;
  /** Fraction, 0 to 1 and above. */
  used: number;
  /** Percent. */
  stopAt: number;
  /** Milliseconds since the Unix epoch. */
  until: number;
}

/** Something that is not asked of an account for a while. Times in milliseconds since the Unix epoch. */
export interface CooldownView {
  /** The model or family; absent for the whole account. */
  only?: string;
  /** For people: "usage limit reached". */
  reason: string;
  until: number;
  /** When one request may try it; in the past when the next one may. */
  nextProbeAt: number;
  /** The upstream's words. */
  said: string;
}

export interface AccountView {
  id: string;
  provider: string;
  providerLabel: string;
  kind: 'oauth' | 'api-key';
  label: string;
  plan?: string;
  status: AccountStatus;
  /** Higher is asked first. */
  priority: number;
  /** Percent of a quota window that may be used, where the account has a number of its own. */
  stopAt?: number;
  /** Absent while it may be asked. */
  reserve?: ReserveView;
  /** Models are also reachable as `prefix/model`. */
  prefix?: string;
  /** The account's own proxy, without its credentials; `direct` for none. */
  proxy?: string;
  /** Requests being served by this account. */
  serving: number;
  /** Why it cannot serve, in the upstream's or our words. */
  reason?: string;
  /** What it cools down for, the widest first. */
  cooldowns: CooldownView[];
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
  /** When the first of them went, milliseconds since the Unix epoch; absent while there is none. */
  creditFirstUsedAt?: number;
  /** What may go to Amp: settings key `ampcode.fallback`. */
  creditMode: 'unknown' | 'exhausted' | 'never';
  /** The only models that may go to Amp; empty for every model. */
  creditModels: string[];
}

/** A provider that an account can be added for. */
export interface ProviderView {
  id: string;
  label: string;
  /** Whether requests are sent through its accounts; else they are only kept signed in. */
  serves: boolean;
  /** The recommended one first; empty where accounts can only be imported. A notice is to be read before it starts. */
  methods: { method: SignInMethod; fields?: readonly KeyField[]; notice?: string }[];
}

/**
 * `starting` until there is something for the owner to do; `waiting` for browser or device, `input` for fields,
 * `question` for an answer; `finishing` while `step` is done; then one of the last three, kept for ten minutes.
 */
export type SignInPhase = 'starting' | 'waiting' | 'input' | 'question' | 'finishing' | 'done' | 'failed' | 'cancelled';

/** A sign-in as the owner sees it. The addresses hold its state and challenge, nothing that tokens could be had with. */
export interface SignInView {
  id: string;
  provider: string;
  providerLabel: string;
  method: SignInMethod;
  /** The account that is to be signed in again. */
  accountId?: string;
  phase: SignInPhase;
  /** Milliseconds since the Unix epoch, like all times here. */
  startedAt: number;
  /** When waiting ends. */
  expiresAt?: number;
  /** The provider's page for this sign-in, where it may be opened; a provider may name any page for a device code. */
  page?: string;
  browser?: {
    url: string;
    /** The same on a page that shows a code to paste, for a browser on another machine. */
    manualUrl?: string;
    /** Where `url` leads back to. */
    redirectUri: string;
    opened: boolean;
    /** Where the browser is expected; absent when no port could be had: then only pasting helps. */
    port?: number;
    /** Ports that could not be had, and who holds them. */
    busy: { port: number; reason: 'taken' | 'excluded' | 'denied'; holder?: string }[];
  };
  device?: {
    userCode: string;
    url: string;
    /** The same with the code filled in. */
    completeUrl?: string;
    opened: boolean;
  };
  fields?: readonly KeyField[];
  step?: SignInStep;
  question?: SignInQuestion;
  /** Tokens are on their way, so cancelling waits for what becomes of them. */
  cancelling?: boolean;
  outcome?: {
    accountId: string;
    label: string;
    /** The account was known before and has new tokens now. */
    updated: boolean;
    /** Somebody else signed in than the account that was to be signed in again. */
    otherAccount: boolean;
  };
  /** Of a failed sign-in, or of the last input that could not be used. */
  problem?: { code: SignInErrorCode; message: string; fix: string; link?: string };
}

/** The folder of credential files that is followed (settings key auth-dir). */
export interface CredentialFolderState {
  path: string;
  /** Files that hold tokens in the clear although the vault has them, while the owner has not said whether to keep them. */
  originals: number;
  /** Files that cannot be used, and why. */
  broken: { file: string; reason: string }[];
}

export interface AppState {
  version: string;
  gateway: GatewayState;
  accounts: AccountView[];
  providers: ProviderView[];
  /** The oldest first. */
  signIns: SignInView[];
  amp: AmpState;
  vault: { kind: 'keychain' | 'file' | 'memory'; note?: string };
  /** Why the settings file could not be used; the last good settings are in force. */
  credentialFolder: CredentialFolderState;
  settingsProblem?: string;
  /** The owner wants e-mail addresses to be hidden wherever they are shown: see preload/hidden-emails.ts. */
  hideEmails: boolean;
  journal: JournalState;
  /** Other programs that can be pointed here, as they were found last. */
  tools: ToolView[];
  /** Latest first, at most five. */
  recent: RequestRecord[];
  /** Of the desktop application only: a server is updated by whoever installed it. */
  update?: UpdateView;
}

const accountId = z.string().min(1).max(300);
const signInId = z.string().min(1).max(100);
const proxyUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(/^(direct|none|(https?|socks5h?):\/\/.+)$/, 'must be direct, or an http, https or socks5 URL');

/** Every call a window or script can make, with the schema its argument is checked against. */
export const callSchemas = {
  'state.get': z.void(),
  'gateway.start': z.void(),
  'gateway.stop': z.void(),
  /** Moves the gateway to another port and starts it. */
  'gateway.use-port': z.strictObject({ port: z.number().int().min(1).max(65535) }),
  /** Reads what is left of the accounts from their providers, where that is not known freshly. */
  'usage.read': z.void(),
  /** Every model that can be asked for, and what the owner says of them. */
  'models.list': z.void(),
  /** Keeps mappings, aliases and chains in the settings. */
  'models.save': modelRules,
  /** Where a request would go now and why. */
  'route.explain': routeQuestion,
  'account.pause': z.strictObject({ id: accountId, paused: z.boolean() }),
  /** Ends the cooldowns of an account at once. */
  'account.reset': z.strictObject({ id: z.string().min(1).max(300) }),
  /** Sends one tiny real request through an account, whatever holds it back. */
  'account.test': z.strictObject({ id: accountId }),
  'account.remove': z.strictObject({ id: accountId }),
  /** Takes a removal back that was made within the last half minute. */
  'account.restore': z.strictObject({ id: accountId }),
  /** What is left out stays; null takes it away. */
  'account.update': z.strictObject({
    id: accountId,
    label: z.string().trim().min(1).max(200).optional(),
    priority: z.number().int().min(-1000).max(1000).optional(),
    stopAt: z.number().int().min(1).max(100).nullable().optional(),
    prefix: z
      .string()
      .trim()
      .regex(/^[\w.-]{1,60}$/, 'letters, digits, dot, dash and underscore')
      .nullable()
      .optional(),
    proxyUrl: proxyUrl.nullable().optional(),
  }),
  'sign-in.start': z.strictObject({
    provider: z.string().min(1).max(100),
    /** The provider's first one when absent. */
    method: z.enum(['browser', 'device', 'api-key', 'file']).optional(),
    /** To be signed in again. */
    accountId: accountId.optional(),
    label: z.string().trim().min(1).max(200).optional(),
    proxyUrl: proxyUrl.optional(),
    /** False: whoever asks opens the page. */
    open: z.boolean().optional(),
  }),
  /** The address that the browser landed on, or the code that the page shows. */
  'sign-in.paste': z.strictObject({ id: signInId, text: z.string().min(1).max(16_384) }),
  'sign-in.submit': z.strictObject({
    id: signInId,
    fields: z.record(z.string().max(60), z.string().max(65_536)),
  }),
  /** Empty where the owner has nothing to say. */
  'sign-in.answer': z.strictObject({ id: signInId, value: z.string().trim().max(300) }),
  'sign-in.cancel': z.strictObject({ id: signInId }),
  /** Opens the provider's page again; of a failed sign-in the page where things can be put right. */
  'sign-in.open': z.strictObject({ id: signInId }),
  /** Lets the owner pick the file of a field; its text is read outside of the window, and goes along with the next submit. */
  'sign-in.choose-file': z.strictObject({ id: signInId, field: z.string().min(1).max(60) }),
  /** `manual`: the one for a browser on another machine. */
  'clipboard.copy-sign-in-link': z.strictObject({ id: signInId, manual: z.boolean().optional() }),
  'clipboard.copy-sign-in-code': z.strictObject({ id: signInId }),
  'clipboard.copy-url': z.void(),
  'accounts.import': z.void(),
  /** The owner's answer what to do with the files whose tokens the vault has now; asked for once. */
  'credentials.settle-originals': z.strictObject({ remove: z.boolean() }),
  /** Requests that a filter means, latest first, a page at a time. */
  'journal.page': pageQuery,
  /** One request by its id, with its whole trail. */
  'journal.record': z.strictObject({ id: z.string().min(1).max(100) }),
  /** What filters can be set to. */
  'journal.choices': z.void(),
  /** Writes what a filter means to a file that the owner chooses. */
  'journal.export': exportQuery,
  'usage.get': usageQuery,
  /** Asks whether there is a newer version. */
  'update.check': z.void(),
  'update.download': z.void(),
  /** Ends Fusebox and starts the downloaded version. */
  'update.install': z.void(),
  'settings.describe': z.void(),
  'settings.get': z.void(),
  'settings.set': settingChange,
  ...toolCalls,
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

export interface CallResults extends ToolCallResults {
  'state.get': AppState;
  'gateway.start': null;
  'gateway.stop': null;
  'gateway.use-port': null;
  'usage.read': null;
  'models.list': ModelsView;
  'models.save': null;
  'route.explain': RouteView;
  'account.pause': null;
  'account.reset': null;
  /** How it went, as the journal has it. */
  'account.test': RequestRecord;
  'account.remove': null;
  'account.restore': null;
  'account.update': null;
  'sign-in.start': SignInView;
  'sign-in.paste': SignInView;
  'sign-in.submit': SignInView;
  'sign-in.answer': SignInView;
  'sign-in.cancel': SignInView;
  'sign-in.open': null;
  /** The file's name, without its folder. */
  'sign-in.choose-file': { name: string };
  'clipboard.copy-sign-in-link': null;
  'clipboard.copy-sign-in-code': null;
  'clipboard.copy-url': null;
  'accounts.import': ImportReport;
  'credentials.settle-originals': null;
  'journal.page': RequestPage;
  'journal.record': JournaledRequest;
  'journal.choices': JournalChoices;
  /** The number is absent where a browser saves the file by itself. */
  'journal.export': { file: string; requests?: number };
  'usage.get': UsageView;
  'update.check': null;
  'update.download': null;
  'update.install': null;
  'settings.describe': SettingsDescription;
  'settings.get': SettingsValues;
  'settings.set': null;
}

/** What every call answers: never a raw exception. */
export type CallResult<N extends CallName> =
  | { ok: true; value: CallResults[N] }
  | { ok: false; error: { code: string; message: string; fix?: string } };

/** A page of the window, or an account on the first one. */
export type RevealTarget = { account: string } | { page: 'panel' | 'activity' | 'models' | 'tools' | 'settings' };

/** What the preload script puts on `window.fusebox`. */
export interface Bridge {
  call<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>>;
  /** Calls back with each new state; the returned function ends it. */
  onState(listener: (state: AppState) => void): () => void;
  /** Calls back with what the owner is led to, such as from a notification; the returned function ends it. */
  onReveal(listener: (target: RevealTarget) => void): () => void;
}
