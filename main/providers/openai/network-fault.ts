import type { Fault } from '../contract.ts';

/** The network's fault is no account's fault. The system's text may name a proxy with its password: only the code is told. */
export function networkFault(code: string, label: string): Fault {
  const isTimeout = /timeout|ETIMEDOUT/i.test(code);
  const message = isTimeout ? `${label} did not answer in time (${code})` : `${label} could not be reached (${code})`;
  return { scope: 'request', kind: 'network', status: isTimeout ? 504 : 502, message };
}
