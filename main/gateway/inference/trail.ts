import type { AttemptRecord, RequestRecord, RouteTaken } from '../../journal/record.ts';
import type { Usage, WireFormatId } from '../../protocols/wire-format.ts';
import type { RequestContext } from '../context.ts';

/** Collects what happens to one request; becomes its journal record. */
export interface Trail {
  wireFormat: WireFormatId;
  modelAsked?: string;
  modelServed?: string;
  route: RouteTaken;
  reason: string;
  accountLabel?: string;
  attempts: AttemptRecord[];
  status: number;
  firstByteAt?: number;
  usage?: Usage;
}

export function createTrail(wireFormat: WireFormatId): Trail {
  return { wireFormat, route: 'refused', reason: 'not routed', attempts: [], status: 0 };
}

/** `now` in milliseconds since the Unix epoch, when the answer ended. */
export function recordOf(trail: Trail, ctx: RequestContext, now: number): RequestRecord {
  const { id, startedAt, tool, path } = ctx;
  const { wireFormat, route, reason, attempts, status } = trail;
  const { modelAsked, modelServed, accountLabel, firstByteAt, usage } = trail;
  const totalMs = now - startedAt;
  const record: RequestRecord = { id, startedAt, tool, path, totalMs, wireFormat, route, reason, attempts, status };
  if (modelAsked !== undefined) record.modelAsked = modelAsked;
  if (modelServed !== undefined) record.modelServed = modelServed;
  if (accountLabel !== undefined) record.accountLabel = accountLabel;
  if (firstByteAt !== undefined) record.firstByteMs = firstByteAt - startedAt;
  if (usage !== undefined) record.usage = usage;
  return record;
}
