/** Every failure that the gateway itself reports: status, what happened, what to do. docs/errors.md comes from this table. */
export const errorTable = {
  missing_api_key: { status: 401, text: 'Missing API key', fix: 'Send one of the keys listed under api-keys.' },
  invalid_api_key: { status: 401, text: 'Invalid API key', fix: 'Send one of the keys listed under api-keys.' },
  remote_peer: {
    status: 403,
    text: 'Access denied: without api-keys only this machine may use the gateway',
    fix: 'Add api-keys to the settings and send one of them.',
  },
  management_restricted: {
    status: 403,
    text: 'Access denied: management routes restricted to localhost',
    fix: 'Call from the same machine, or turn amp-restrict-management-to-localhost off.',
  },
  management_off: {
    status: 404,
    text: 'The management API is off',
    fix: 'Set remote-management.secret-key and send it, or send the token of instance.json in the data folder.',
  },
  management_remote: {
    status: 403,
    text: 'Access denied: the management API is for this machine only',
    fix: 'Set remote-management.secret-key and remote-management.allow-remote, or call from the same machine.',
  },
  management_key_missing: {
    status: 401,
    text: 'Missing management key',
    fix: 'Send it as Authorization: Bearer, or as X-Management-Key.',
  },
  management_key_wrong: {
    status: 401,
    text: 'Invalid management key',
    fix: 'Send the key that was written into remote-management.secret-key.',
  },
  management_back_off: {
    status: 429,
    text: 'Too many wrong management keys from this address',
    fix: 'Wait as long as Retry-After says.',
  },
  management_local: {
    status: 403,
    text: 'Access denied: this takes the local token, not the management key',
    fix: 'Use the command line of this machine, or edit the settings file.',
  },
  too_many_streams: {
    status: 429,
    text: 'Too many live streams are open',
    fix: 'Close one of them.',
  },
  forbidden_host: {
    status: 403,
    text: 'Access denied: the Host header names neither this machine nor an allowed host',
    fix: 'Use 127.0.0.1 or localhost, or add the name to allowed-hosts.',
  },
  forbidden_origin: {
    status: 403,
    text: 'Access denied: requests from web pages are refused',
    fix: 'Call from a program, or add the page origin to cors-origins.',
  },
  not_found: {
    status: 404,
    text: 'No such route',
    fix: 'See docs/amp.md and docs/management-api.md for the routes that are served.',
  },
  method_not_allowed: {
    status: 405,
    text: 'This route does not accept that method',
    fix: 'Use a method that the route has.',
  },
  upgrade_refused: {
    status: 426,
    text: 'This is not served over a WebSocket',
    fix: 'Send the request as an HTTP POST, as clients do by themselves after this answer.',
  },
  invalid_json: { status: 400, text: 'The request body is not valid JSON', fix: 'Send a JSON object.' },
  missing_field: { status: 400, text: 'A required field is missing', fix: 'Add the field.' },
  invalid_field: { status: 400, text: 'A field has a value that cannot be used', fix: 'Correct the field.' },
  previous_response_not_found: {
    status: 400,
    text: 'The answer that this request goes on from is not known here',
    fix: 'Send the whole conversation as input; answers are kept for an hour.',
  },
  invalid_gemini_path: { status: 400, text: 'Invalid Gemini API path format', fix: 'Use …/models/<model>:<action>.' },
  body_stalled: {
    status: 408,
    text: 'The request body stopped arriving',
    fix: 'Send the request again.',
  },
  head_stalled: {
    status: 408,
    text: 'The head of the request stopped arriving',
    fix: 'Send the request again.',
  },
  head_too_large: {
    status: 431,
    text: 'The request line and the headers are too large',
    fix: 'Keep them below 64 KB together; long values belong in the body.',
  },
  request_malformed: {
    status: 400,
    text: 'The request cannot be read as HTTP/1.1',
    fix: 'Use http:// for this address, not https://, and let an HTTP library write the request.',
  },
  body_too_large: {
    status: 413,
    text: 'The request body is too large',
    fix: 'Shorten the conversation or its attachments.',
  },
  unsupported_encoding: {
    status: 415,
    text: 'The request body uses an encoding that is not understood',
    fix: 'Send it plain, or with gzip, deflate, br or zstd.',
  },
  model_not_found: {
    status: 404,
    text: 'No account serves this model',
    fix: 'Add an account for its provider, or map the model under ampcode.model-mappings.',
  },
  accounts_unavailable: {
    status: 503,
    text: 'Every account for this model is paused or needs a new sign-in',
    fix: 'Resume an account in Fusebox, or sign in again.',
  },
  model_cooldown: {
    status: 429,
    text: 'Every account for this model is cooling down',
    fix: 'Wait, add another account, or let Amp serve it with ampcode.fallback: exhausted.',
  },
  accounts_failing: {
    status: 503,
    text: 'Every account for this model fails for the moment',
    fix: 'Try again shortly.',
  },
  amp_credit_guard: {
    status: 402,
    text: "Today's limit of paid Amp requests is reached",
    fix: 'Raise ampcode.credit-guard, or add an account for this model.',
  },
  amp_model_left_out: {
    status: 402,
    text: 'Amp may not serve this model',
    fix: 'Add the model to ampcode.credit-models, or add an account that serves it.',
  },
  upstream_unreachable: {
    status: 502,
    text: 'The provider could not be reached',
    fix: 'Check the network connection and try again.',
  },
  upstream_invalid: { status: 502, text: 'The provider sent an answer that cannot be read', fix: 'Try again.' },
  upstream_timeout: { status: 504, text: 'The provider did not answer in time', fix: 'Try again.' },
  upstream_lost: { status: 502, text: 'The provider ended its answer early', fix: 'Try again.' },
  amp_upstream_proxy_error: {
    status: 502,
    text: 'Failed to reach Amp upstream',
    fix: 'Check the network connection and amp-upstream-url.',
  },
  amp_upstream_missing: {
    status: 503,
    text: 'amp upstream proxy not available',
    fix: 'Set amp-upstream-url, for example https://ampcode.com.',
  },
  amp_token_missing: {
    status: 502,
    text: 'No Amp token is available for this request',
    fix: 'Run `amp login`, set AMP_API_KEY, or add upstream-api-key to the ampcode settings.',
  },
  tool_refused: {
    status: 409,
    text: "The tool's settings were left alone",
    fix: 'Do what the message says and try again.',
  },
  account_not_testable: {
    status: 409,
    text: 'This account cannot be tested',
    fix: 'Sign in to it again, or test one that serves requests.',
  },
  shutting_down: { status: 503, text: 'Fusebox is stopping', fix: 'Start the gateway again.' },
  internal_error: { status: 500, text: 'Fusebox failed to handle the request', fix: 'See the log; please report it.' },
} as const satisfies Record<string, { status: number; text: string; fix: string }>;

export type ErrorCode = keyof typeof errorTable;

/** A failure with its row of the table; `detail` and `param` say which value was at fault and hold no secret. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    options: { detail?: string; param?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    const row = errorTable[code];
    super(options.detail ? `${row.text}: ${options.detail}` : row.text, { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = row.status;
    this.param = options.param;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** What to do about it, one sentence. */
  get fix(): string {
    return errorTable[this.code].fix;
  }
}
