import type { Account, Secret } from '../accounts/account.ts';
import type { SignInFlow } from '../accounts/sign-in/flow.ts';
import type { Dialect } from '../protocols/features.ts';
import type { Span } from '../protocols/json-edit.ts';
import type { ThinkingSupport, ThinkingWish } from '../protocols/thinking-suffix.ts';
import type { StreamEvent } from '../protocols/translator.ts';
import type { Operation, WireFormatId } from '../protocols/wire-format.ts';

/** How much of an account a fault concerns, from narrow to wide. */
export type FaultScope = 'request' | 'model' | 'family' | 'credential';
export type FaultKind = 'quota' | 'auth' | 'overload' | 'unsupported' | 'invalid' | 'network';

/** Why an attempt failed. Cooling down, failing over and the answer to the client all follow from it. */
export interface Fault {
  scope: FaultScope;
  kind: FaultKind;
  /** HTTP status to show the client when no other attempt succeeds. */
  status: number;
  /** The upstream's own words, or ours when it sent none. Never holds a secret. */
  message: string;
  /** The upstream's error type, such as `rate_limit_error`. */
  type?: string;
  /** The client's field that is at fault, where one is known to be. */
  param?: string;
  /** When the fault is expected to end, in milliseconds from now. */
  retryAfterMs?: number;
}

/** What is known of a failed upstream call before it is classified. */
export type UpstreamFailure =
  | { status: number; headers: UpstreamHeaders; body: string }
  | { networkError: { code: string; message: string } };

/** Lower-case names; a repeated header is a list. */
export type UpstreamHeaders = Record<string, string | string[] | undefined>;

/** One of an account's limits: what is used, until when. */
export interface QuotaWindow {
  /** `5h`, `7d`, `7d_oi`… as the provider names it. */
  id: string;
  /** For people: "5 hours", "Week". */
  label: string;
  /** Fraction used, 0 to 1, above 1 when over the limit; absent when not reported. */
  used?: number;
  /** Milliseconds since the Unix epoch. */
  resetsAt?: number;
  /** Length of the window in milliseconds, if it has one. */
  lengthMs?: number;
  /** The models that it limits, as `familyOf` names them; absent where it limits all. */
  family?: string;
  /** When it was read, in milliseconds since the Unix epoch, and from what: answers to requests, or a usage endpoint. */
  readAt?: number;
  source?: 'answer' | 'usage';
  state?: 'allowed' | 'warning' | 'rejected';
}

export interface ModelInfo {
  id: string;
  displayName: string;
  /** Tokens. */
  contextWindow: number;
  /** Tokens. */
  maxOutput: number;
  /** Other names of the same model, such as the one without a date. */
  aliases?: readonly string[];
  /** Absent when not known. */
  thinking?: ThinkingSupport;
}

/** A request as the gateway hands it to a provider. */
export interface ProviderRequest {
  wireFormat: WireFormatId;
  operation: Operation;
  /** The model id that the upstream knows. */
  model: string;
  stream: boolean;
  /** The thinking suffix of the name that was asked for, read with parseSuffix. It beats the body's own fields. */
  thinking?: ThinkingWish | undefined;
  /** The body as it came; its model name may still be the one that the client asked for. */
  body: Buffer;
  /** Where the members of the body are, when it has been read through already. */
  members?: ReadonlyMap<string, Span> | undefined;
  /** The client's headers, lower-case names. */
  headers: UpstreamHeaders;
  /** The client's raw query, without the question mark and without local keys. */
  query: string;
  /** The client's wire format, when the body was rendered from another one; headers and query are then not the format's own. */
  translatedFrom?: WireFormatId;
  /** Betas of Anthropic's API that a rendered body needs. */
  betas?: readonly string[];
  /**
   * The conversation that the request belongs to, as a stable opaque id; undefined when not known. Finding it out reads
   * the conversation's beginning, which only some providers want. No getter: an object literal with one is a new shape
   * each time, and a shape keeps its getter with all of the request until a major collection.
   */
  sessionId?(): string | undefined;
  /** The model's limits, where its owner knows better than the provider's own list. */
  info?: ModelInfo;
}

/** A complete HTTP call to an upstream. */
export interface UpstreamCall {
  /** Scheme, host and port: `https://api.anthropic.com`. */
  origin: string;
  /** Another host of the same upstream, asked once where the first has no room. */
  otherOrigin?: string;
  /** Path and query. */
  path: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** One after the other; megabytes are not copied to change a few bytes. */
  body: readonly Buffer[];
  /**
   * The call may also be a frame of a WebSocket at the same address, opened with these headers besides; the events of the
   * answer are then frames. Where the socket is refused, the call is made over HTTP.
   */
  overSocket?: { headers: Readonly<Record<string, string>> };
  /** How the answer comes, where that is not what the client asked for. */
  answer?: {
    /** Whether it is a stream: an upstream that only streams, or never does. */
    stream?: boolean;
    /** Whether it must be written anew in the client's words: the upstream got other names of tools. */
    isRewritten?: boolean;
    /** Whether its stream has events and gaps that only Codex reads: other clients get what the public API sends. */
    isForCodex?: boolean;
    /** Whether each object of the answer is wrapped in another one, as `response`: Code Assist. */
    envelope?: boolean;
  };
  /** The client's fields that the upstream refuses and that were left out. */
  dropped?: readonly string[];
  /** The client's fields that were sent otherwise than asked. */
  changed?: readonly string[];
}

/** Origins that a provider is reached at; settings key `endpoints`. */
export interface ProviderEndpoints {
  /** Base URL of the model API. */
  api: string;
  authorize: string;
  token: string;
}

/** What a token refresh needs from outside. */
export interface RefreshContext {
  endpoints: ProviderEndpoints;
  /** undici's or the platform's fetch, already bound to the account's proxy. */
  fetch: typeof globalThis.fetch;
  now(): number;
  /** Settings key `oauth-clients`; never part of the program. */
  clientSecret(): string | undefined;
}

/** Tokens that replace the stored ones; absent fields keep their stored value. */
export interface RefreshedTokens {
  accessToken: string;
  refreshToken?: string;
  idToken?: string;
  /** Where a key that the tokens renew is what requests carry. */
  apiKey?: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt?: number;
  /** Added to the stored ones. */
  attributes?: Readonly<Record<string, string>>;
  identity?: { email?: string; accountId?: string; organizationId?: string; organizationName?: string; plan?: string };
}

/** Thrown by `refresh`. `final` means that only a new sign-in helps. */
export class RefreshError extends Error {
  readonly final: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, final: boolean, retryAfterMs?: number) {
    super(message);
    this.name = 'RefreshError';
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What reading an account's limits needs from outside. */
export interface UsageContext {
  endpoints: ProviderEndpoints;
  /** Bound to the account's proxy. */
  fetch: typeof globalThis.fetch;
  /** Ends the call when the program does. */
  signal: AbortSignal;
}

/** An endpoint of the provider that tells an account's limits and costs none of them. */
export interface UsageEndpoint {
  /** Least time between two reads of an account, in milliseconds: such endpoints refuse who asks often. */
  everyMs: number;
  /** Whether the endpoint answers for such an account. */
  isFor(account: Account, secret: Secret): boolean;
  /**
   * The limits now; a window names its models by id or by family. Rejects with EndpointRefusal, EndpointFailure, or the
   * signal's reason.
   */
  read(account: Account, secret: Secret, context: UsageContext): Promise<QuotaWindow[]>;
}

/** How a provider's upstream is called: pure functions over requests, answers and failures. */
export interface ProviderUpstream {
  /** Formats that the upstream speaks itself; requests of others are translated into the first. */
  nativeFormats: readonly WireFormatId[];
  /** Models that the account can be asked for. */
  models(account: Account): readonly ModelInfo[];
  /**
   * The upstream's id for a model name without thinking suffix (id, alias, own name, with or without the account's
   * prefix); undefined when the account does not serve it. Newer models than the table knows are served too.
   */
  resolveModel(account: Account, name: string): string | undefined;
  /** Models that share one limit; what a fault of scope `family` concerns. */
  familyOf(model: string): string;
  /** How the account's upstream speaks one of the native formats; absent: as the format's own provider does. */
  dialect?(format: WireFormatId, account: Account, model: string): Dialect;
  /** What is known of a model that resolveModel gave, listed or not. */
  modelInfo(account: Account, model: string): ModelInfo;
  /** Whether the upstream counts the tokens of a request in this format; others are estimated here. */
  countsTokens?(format: WireFormatId, account: Account): boolean;
  /** Whether the upstream stores answers, so that a request may name the one it goes on from (`previous_response_id`). */
  storesResponses?(account: Account): boolean;
  /** Whether the upstream shortens conversations of the Responses format (`/responses/compact`). */
  compacts?(account: Account): boolean;
  /**
   * Builds the upstream call. Pure: no clock, no network. Throws JsonSyntaxError when the body is not a JSON object,
   * FieldError for a request that this upstream cannot serve.
   */
  prepare(request: ProviderRequest, account: Account, secret: Secret, endpoints: ProviderEndpoints): UpstreamCall;
  /**
   * The body of a request that was refused, without what the upstream took offence at (thinking that somebody else
   * signed), or as it was where another try is likely to succeed; undefined where neither would help. Tried once.
   */
  repair?(body: Buffer, failure: UpstreamFailure): Buffer | undefined;
  /** Says what a failed call means. `now` in milliseconds since the Unix epoch. */
  classify(failure: UpstreamFailure, now: number): Fault;
  /** Reads the quota windows that the headers of an answer by `model` report; empty when they report none. */
  quota(headers: UpstreamHeaders, model: string): QuotaWindow[];
  /** How the names of all headers begin that `quota` reads, so that equal headers need no second reading. */
  quotaHeaders?: string;
  /** The same of an event within a stream, which is then not shown to clients of other formats. */
  quotaOfEvent?(event: StreamEvent): QuotaWindow[];
}

/** A provider that requests can be sent to. */
export type ServingProvider = Provider & { upstream: ProviderUpstream };

/** A provider is a declaration that a newcomer can copy. */
export interface Provider {
  id: string;
  /** For people: "Claude". */
  label: string;
  defaultEndpoints: ProviderEndpoints;
  /** Ways to sign in, the recommended one first; one of a method. Empty where accounts can only be imported. */
  signIns: readonly SignInFlow[];
  /** Refresh this long before an access token ends, in milliseconds. */
  refreshLeadMs: number;
  /** Absent for providers without refresh tokens. Rejects with RefreshError. */
  refresh?(account: Account, secret: Secret, context: RefreshContext): Promise<RefreshedTokens>;
  /** Absent where this version keeps accounts but cannot serve requests through them. */
  upstream?: ProviderUpstream;
  /** Absent where the provider has no endpoint for it. */
  usage?: UsageEndpoint;
}
