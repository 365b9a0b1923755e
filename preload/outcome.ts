import type { RequestRecord } from '../main/journal/record.ts';

export const outcomes = ['served', 'failed', 'refused', 'gone'] as const;

/** `refused`: nobody was asked. `gone`: the client went away before it had its answer. */
export type Outcome = (typeof outcomes)[number];

/** How a request ended. An answer that broke off after its head said 200 has failed. */
export function outcomeOf({ status, route, attempts }: Pick<RequestRecord, 'status' | 'route' | 'attempts'>): Outcome {
  if (status === 499) return 'gone';
  if (route === 'refused') return 'refused';
  const last = attempts.at(-1);
  return status < 400 && (last === undefined || last.outcome === 'served') ? 'served' : 'failed';
}
