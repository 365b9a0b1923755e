import type { Fault, FaultKind, FaultScope, UpstreamFailure } from './contract.ts';

/** What every provider's classification of failures is made of. */
export type HttpFailure = Extract<UpstreamFailure, { status: number }>;
export type Meaning = readonly [scope: FaultScope, kind: FaultKind, retryAfterMs?: number | undefined];

/** Refusals that no retry mends soon, in milliseconds. */
export const refusalMs = 30 * 60_000;
/** A wait beyond this is a mistake of the upstream's clock or ours, in milliseconds. */
export const longestWaitMs = 8 * 24 * 3_600_000;

/** A wait that can be believed, at most `cap`; undefined when there is none. In milliseconds. */
export function believable(waitMs: number | undefined, cap = longestWaitMs): number | undefined {
  return waitMs === undefined || waitMs <= 0 || waitMs > longestWaitMs ? undefined : Math.min(waitMs, cap);
}

/** Whether an answer is a page for people, as firewalls and proxies send. */
export function isPage(body: string): boolean {
  return /^\s*<(!doctype|html)/i.test(body.slice(0, 200));
}

/**
 * The status that the client gets to see. A credential that is refused is a 401 whatever it was called; a firewall's page
 * is no answer to the client's question.
 */
export function shownStatus({ status, isWebPage }: { status: number; isWebPage: boolean }, kind: FaultKind): number {
  if (kind === 'auth') return 401;
  if (status === 403 && isWebPage) return 503;
  return status > 599 ? 502 : status;
}

/** The network's fault is no account's fault. The system's text may name a proxy with its password: only the code is told. */
export function networkFault(code: string, label: string): Fault {
  const isTimeout = /timeout|ETIMEDOUT/i.test(code);
  const message = isTimeout ? `${label} did not answer in time (${code})` : `${label} could not be reached (${code})`;
  return { scope: 'request', kind: 'network', status: isTimeout ? 504 : 502, message };
}
