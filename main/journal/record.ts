import type { Usage, WireFormatId } from '../protocols/wire-format.ts';

/** Which way a request went, and why, in words of a closed list. */
export type RouteTaken = 'local' | 'amp' | 'refused';

/** One try to serve a request. */
export interface AttemptRecord {
  /** Account id, or `amp`. */
  via: string;
  label: string;
  /** Why this one was tried at this place. */
  reason: string;
  /** `served`, or what went wrong. */
  outcome: string;
  status?: number;
}

/** One request, as it is kept and shown. Holds no body and no secret. */
export interface RequestRecord {
  id: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  /** The tool as recognised from its headers: `Amp CLI`, `Claude Code`… */
  tool: string;
  wireFormat?: WireFormatId;
  path: string;
  modelAsked?: string;
  modelServed?: string;
  route: RouteTaken;
  reason: string;
  accountLabel?: string;
  attempts: AttemptRecord[];
  /** HTTP status; 499 when the client went away. */
  status: number;
  /** Milliseconds from arrival to the first byte of the answer. */
  firstByteMs?: number;
  totalMs: number;
  usage?: Usage;
  /** Who paid for the answer; absent where nobody gave one. `amp-credits` may have cost some. */
  paidBy?: PaidBy;
  /** Whether Amp's credits were used, or saved: it came in on Amp's own routes and an account served it. */
  ampCredit?: 'used' | 'saved';
}

export type PaidBy = 'subscription' | 'api-key' | 'amp-credits';
