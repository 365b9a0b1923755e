import type { Account } from '../accounts/account.ts';
import type { QuotaWindow } from '../providers/contract.ts';
import { type Binding, isSuspensionOver } from './affinity/table.ts';
import { askableAt, causeText, type Standing, standingOf } from './breakers/block.ts';
import type { Breaker, BreakerState, Cause, Target } from './breakers/breaker.ts';
import type { Candidate, Serving } from './model-index.ts';
import { type Reserve, reserveOf, reserveText, stopAtOf } from './reserve.ts';
import { leftOf, type Room, roomOf } from './room.ts';
import type { RoutingRules } from './rules.ts';

/** An account that serves the model and is not asked, with the reason. Times in milliseconds since the Unix epoch. */
export interface LeftOut {
  accountId: string;
  label: string;
  /** The upstream's name of the model that it is not asked for. */
  model: string;
  /** For people: "usage limit reached". */
  reason: string;
  why: 'paused' | 'sign-in' | 'blocked' | 'reserve' | 'excluded';
  /** When it is expected to serve again. */
  until?: number;
  /** When one request may try it. */
  askableAt?: number;
  breaker?: Breaker;
}

/** What the decision about one model rests on. */
export interface OutlookInput {
  now: number;
  rules: RoutingRules;
  /** All there are, whether or not they serve the model. */
  accounts: readonly Account[];
  breakers: BreakerState;
  load(accountId: string): number;
  /** The last reading of an account's limits. */
  windows(accountId: string): readonly QuotaWindow[];
}

/** Who may be asked for one model, and who may not. */
export interface Outlook {
  usable: readonly Candidate[];
  leftOut: readonly LeftOut[];
  /** Usable ones that only one request may ask, with what they were blocked by. */
  probing: ReadonlyMap<Candidate, Cause>;
}

/** Sorts those that serve a model into those that may be asked and the others. */
export function outlookOf({ candidates }: Serving, input: OutlookInput): Outlook {
  const usable: Candidate[] = [];
  const leftOut: LeftOut[] = [];
  const probing = new Map<Candidate, Cause>();
  const excludes = input.rules.strategy === 'weighted' || !input.rules.switchProject;
  for (const candidate of candidates) {
    const barred = barredBy(candidate) ?? (excludes ? excludedBy(candidate, input) : undefined);
    if (barred) {
      leftOut.push(barred);
      continue;
    }
    const standing = standingOf(input.breakers, candidate.target, input.now);
    const reserve = standing.kind === 'blocked' ? undefined : reserveFor(candidate, input);
    if (standing.kind === 'blocked') leftOut.push(blocked(candidate, standing.breaker, input.now));
    else if (reserve) leftOut.push(keptBack(candidate, reserve));
    else usable.push(candidate);
    if (standing.kind === 'probe' && !reserve) probing.set(candidate, standing.breaker.cause);
  }
  return { usable, leftOut, probing };
}

/** Whether a conversation stays where it was. */
export type Verdict =
  /** It has no account yet. */
  | 'new'
  | 'kept'
  /** Its account has no free place: another one serves this request, and the conversation stays. */
  | 'busy'
  /** Its account is blocked for the moment. */
  | 'suspended'
  /** It gets another account. */
  | 'lost';

/** A wide difference in room is worth a cold prompt cache; a small one is not. */
const muchFuller = 0.3;

export interface Judgement {
  verdict: Verdict;
  /** The conversation's account, where it is asked first. */
  kept?: Candidate;
  /** Where its account is much fuller than these: one of them is asked first. */
  roomier?: readonly Candidate[];
}

/** What becomes of a conversation's account. */
export function judge(binding: Binding | undefined, { usable, leftOut }: Outlook, input: OutlookInput): Judgement {
  if (!binding) return { verdict: 'new' };
  const kept = usable.find(({ target }) => target.accountId === binding.accountId);
  if (!kept) {
    const isBlocked = leftOut.some(({ accountId, why }) => why === 'blocked' && accountId === binding.accountId);
    return { verdict: isBlocked && !isSuspensionOver(binding, input.now) ? 'suspended' : 'lost' };
  }
  const roomier = muchRoomier(kept, usable, input);
  if (roomier.length > 0) return { verdict: 'lost', roomier };
  const isBusy = input.load(binding.accountId) >= input.rules.streamsPerAccount;
  return isBusy && usable.length > 1 ? { verdict: 'busy' } : { verdict: 'kept', kept };
}

/** What is left of a candidate's limits. */
export function roomFor({ target }: Candidate, { windows, now }: OutlookInput): Room {
  return roomOf(windows(target.accountId), target.family, now);
}

/** The same as a fraction; undefined where nothing is known. */
export function leftFor({ target }: Candidate, { windows, now }: OutlookInput): number | undefined {
  return leftOf(windows(target.accountId), target.family, now);
}

/** The window in which a candidate's owner wants it left alone. */
export function reserveFor(
  { account, target }: Pick<Candidate, 'account' | 'target'>,
  { windows, rules, now }: Pick<OutlookInput, 'windows' | 'rules' | 'now'>,
): Reserve | undefined {
  const stopAt = stopAtOf(account, rules);
  return stopAt >= 100 ? undefined : reserveOf(windows(target.accountId), target.family, stopAt, now);
}

/** Only what is known counts: moving costs the prompt cache. Who fills one account first wants it used up. */
function muchRoomier(kept: Candidate, usable: readonly Candidate[], input: OutlookInput): readonly Candidate[] {
  if (input.rules.strategy === 'fill-first') return [];
  const own = leftFor(kept, input);
  if (own === undefined || own + muchFuller >= 1) return [];
  const enough = own + muchFuller;
  return usable.filter(
    (other) => (leftFor(other, input) ?? 0) > enough && other.account.priority >= kept.account.priority,
  );
}

function barredBy(candidate: Candidate): LeftOut | undefined {
  const { needsSignIn, withdrawn, paused } = candidate.account;
  if (needsSignIn !== undefined) return leftOutFor(candidate, 'sign-in', `needs sign-in: ${needsSignIn}`);
  if (withdrawn) return leftOutFor(candidate, 'paused', 'its credential file was deleted');
  return paused ? leftOutFor(candidate, 'paused', 'paused') : undefined;
}

function excludedBy(candidate: Candidate, input: OutlookInput): LeftOut | undefined {
  const { rules, accounts, breakers, now } = input;
  if (rules.strategy === 'weighted' && candidate.weight <= 0)
    return leftOutFor(candidate, 'excluded', 'its weight is 0');
  if (rules.switchProject) return undefined;
  const exhausted = exhaustedKin(candidate.target, accounts, breakers, now);
  if (!exhausted) return undefined;
  const reason = `${exhausted.label} has used up its quota, and quota-exceeded.switch-project is off`;
  return leftOutFor(candidate, 'excluded', reason);
}

function keptBack(candidate: Candidate, reserve: Reserve): LeftOut {
  const { until } = reserve;
  return { ...leftOutFor(candidate, 'reserve', reserveText(reserve)), until, askableAt: until };
}

function leftOutFor({ account, target }: Candidate, why: LeftOut['why'], reason: string): LeftOut {
  return { accountId: target.accountId, label: account.label, model: target.model, why, reason };
}

/** Another credential of the same person at the same provider that has used up its quota for the model. */
export function exhaustedKin(
  target: Target,
  accounts: readonly Account[],
  breakers: BreakerState,
  now: number,
): Account | undefined {
  const email = accounts.find(({ id }) => id === target.accountId)?.email?.toLowerCase();
  if (email === undefined || breakers.owners.size === 0) return undefined;
  return accounts.find(
    ({ id, provider, email: other }) =>
      id !== target.accountId &&
      provider === target.provider &&
      other?.toLowerCase() === email &&
      isExhausted(standingOf(breakers, { ...target, accountId: id }, now)),
  );
}

function isExhausted(standing: Standing): boolean {
  return standing.kind !== 'free' && ['usage-limit', 'free-usage'].includes(standing.breaker.cause);
}

function blocked({ account, target }: Candidate, breaker: Breaker, now: number): LeftOut {
  const next = askableAt(breaker, now);
  return {
    accountId: target.accountId,
    label: account.label,
    model: target.model,
    why: 'blocked',
    reason: causeText(breaker.cause),
    until: Math.max(breaker.until, next),
    askableAt: next,
    breaker,
  };
}
