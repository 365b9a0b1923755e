import type { StoredAccount } from '../../main/accounts/account.ts';

/** What a model is to answer, in words of no API. */
export interface Scripted {
  thinking?: string;
  text?: string;
  calls?: readonly { name: string; input: object }[];
}

/** A provider's strict fake, and the account that leads to it. */
export interface ConformanceUpstream {
  /** Row of docs/conformance.md. */
  label: string;
  /** The account's prefix: how clients say which upstream they mean. */
  prefix: string;
  model: string;
  accounts: readonly StoredAccount[];
  /** Entries of the settings that point the provider at the fake. */
  settings: Record<string, unknown>;
  endpoints: Record<string, { api: string; authorize?: string; token?: string }>;
  /** The answer to the next request. */
  answer(scripted: Scripted): void;
  /** Refuses the next request as the real one does. */
  refuse(why: 'invalid' | 'rate-limit'): void;
  /** The next answer stops in the middle; resolves when its client has gone. */
  stall(): { clientGone: Promise<void> };
  /** The last request for an answer, as text. */
  lastBody(): string;
  /** What of the nine scenarios this upstream's API cannot do, with the reason. */
  cannot?: Partial<Record<string, string>>;
  /** Forgets answers that nobody asked for: a scenario that failed must not spoil the next. */
  clear(): void;
  close(): Promise<void>;
}
