/** What is known of an account, without its secrets: safe to show. */
export interface Account {
  /** Stable: provider, account id and organisation, or a fingerprint of an API key. */
  id: string;
  provider: string;
  kind: 'oauth' | 'api-key';
  /** Where it comes from: the vault (sign-in, import) or the settings file. Settings accounts are not stored. */
  source: 'vault' | 'settings';
  /** For people: e-mail, or the name the owner gave. */
  label: string;
  email?: string;
  accountId?: string;
  organizationId?: string;
  organizationName?: string;
  plan?: string;
  /** Never used while true; tokens are still refreshed. */
  paused: boolean;
  /** Higher is asked first; default 0. */
  priority: number;
  /** Share of new conversations by the strategy `weighted`; 1 when absent, 0 takes none. */
  weight?: number;
  /** Percent of a quota window that may be used, 1 to 100; routing's own stop-at when absent. */
  stopAt?: number;
  /** Models are also reachable as `prefix/model`. */
  prefix?: string;
  /** http, https, socks5 URL, or `direct`. */
  proxyUrl?: string;
  /** Replaces the provider's API origin for this account. */
  baseUrl?: string;
  /** Sent with every upstream request of this account. */
  headers?: Record<string, string>;
  /** Model ids, `*` as wildcard. */
  excludedModels?: readonly string[];
  /** Own names for the provider's models. */
  models?: readonly { name: string; alias?: string }[];
  /** Facts of one provider alone, such as a Google project or the host that a token is good for. */
  attributes?: Readonly<Record<string, string>>;
  /** Out of rotation because the file it was imported from is gone; the tokens are kept. */
  withdrawn?: true;
  /** Only a new sign-in helps; says why. */
  needsSignIn?: string;
  /** Milliseconds since the Unix epoch; absent when the credential does not expire. */
  expiresAt?: number;
}

/** The secret half of an account. Leaves the account store only towards the provider that prepares a request. */
export interface Secret {
  accessToken?: string;
  refreshToken?: string;
  idToken?: string;
  apiKey?: string;
  /** A Google service account's key file, as JSON. */
  serviceAccountKey?: string;
  /** iFlow's session, which renews its API key. */
  cookie?: string;
  scopes?: readonly string[];
}

/** An account with its secret. Never serialised anywhere but into the vault. */
export interface StoredAccount {
  account: Account;
  secret: Secret;
}
