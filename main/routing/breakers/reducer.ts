import type { Fault, QuotaWindow } from '../../providers/contract.ts';
import {
  type Breaker,
  type BreakerState,
  concerns,
  keepTime,
  probeLeaseMs,
  providerOwner,
  type Target,
  withOwner,
} from './breaker.ts';
import { type Ruling, rulingOf } from './ruling.ts';
import { nextCheckMs, usedUp, waitOf } from './waits.ts';

export type BreakerEvent =
  /** A request got its answer. */
  | { type: 'served'; target: Target; ticket: number }
  /** `windows` is the last reading of the account's limits, that of the failure's own headers included. */
  | { type: 'failed'; target: Target; ticket: number; fault: Fault; windows: readonly QuotaWindow[] }
  /** A request ended without telling anything: its client left, or it was never sent. */
  | { type: 'released'; target: Target; ticket: number }
  /** Limits as an answer's headers or a usage endpoint tell them; `ticket` of the request that carried them. */
  | { type: 'reading'; accountId: string; windows: readonly QuotaWindow[]; ticket?: number }
  /** The owner resets an account, or the account is gone. */
  | { type: 'reset'; accountId: string };

export interface Moment {
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** 0 to 1, below 1. */
  random: number;
}

/** Two failures this close make a failing upstream, one may be chance. */
const strikeMs = 30_000;
/** After a try that proved nothing, such as one that the network stopped. */
const inconclusiveMs = 10_000;
/** More are dropped, the oldest first: names of models come from clients. */
const mostOfOwner = 200;

/** What a request may be told when it wants to be sent: its ticket, or nothing when a breaker stands in its way. */
export function admit(
  state: BreakerState,
  target: Target,
  now: number,
): { state: BreakerState; ticket: number } | undefined {
  const current = keepTime(state, now);
  for (const owner of ownersOf(target)) {
    for (const breaker of current.owners.get(owner) ?? [])
      if (concerns(breaker, target) && !breaker.strike && !mayProbe(breaker, now)) return undefined;
  }
  const ticket = current.lastTicket + 1;
  const probed = change(current, target, (breaker) =>
    breaker.strike ? breaker : { ...breaker, probe: { ticket, at: now } },
  );
  return { state: { ...probed, lastTicket: ticket }, ticket };
}

/** Whether one request may try what a breaker holds back. */
export function mayProbe({ probe, probeAt }: Breaker, now: number): boolean {
  return now >= probeAt && (probe === undefined || now - probe.at >= probeLeaseMs);
}

/** The state after something happened. Pure: same state, event and moment, same answer. */
export function reduce(state: BreakerState, event: BreakerEvent, moment: Moment): BreakerState {
  const current = keepTime(state, moment.now);
  switch (event.type) {
    case 'served':
      return change(current, event.target, (breaker) => afterSuccess(breaker, event.ticket));
    case 'released':
      return change(current, event.target, (breaker) =>
        breaker.probe?.ticket === event.ticket ? withoutProbe(breaker) : breaker,
      );
    case 'failed':
      return afterFailure(current, event, moment);
    case 'reading':
      return afterReading(current, event);
    case 'reset':
      return current.owners.has(event.accountId) ? withOwner(current, event.accountId, []) : current;
  }
}

function ownersOf(target: Target): [string, string] {
  return [target.accountId, providerOwner(target.provider)];
}

/** Changes every breaker that stands between a request and its target; undefined removes one. */
function change(
  state: BreakerState,
  target: Target,
  step: (breaker: Breaker) => Breaker | undefined,
  skip?: Breaker,
): BreakerState {
  let next = state;
  for (const owner of ownersOf(target)) {
    const before = state.owners.get(owner);
    if (!before) continue;
    const after = before.flatMap((one) => (one === skip || !concerns(one, target) ? [one] : (step(one) ?? [])));
    if (after.length !== before.length || after.some((one, index) => one !== before[index]))
      next = withOwner(next, owner, after);
  }
  return next;
}

/** An answer closes what it tried; one to a request from before the breaker opened says nothing about it. */
function afterSuccess(breaker: Breaker, ticket: number): Breaker | undefined {
  return breaker.strike || ticket > breaker.openedBy ? undefined : breaker;
}

function withoutProbe({ probe: _probe, ...rest }: Breaker): Breaker {
  return rest;
}

function afterFailure(
  state: BreakerState,
  event: Extract<BreakerEvent, { type: 'failed' }>,
  moment: Moment,
): BreakerState {
  const { target, ticket, fault, windows } = event;
  const ruling = rulingOf(fault, target, windows, moment.now);
  const key = ruling && keyOf(ruling, target);
  const hit = key && state.owners.get(target.accountId)?.find((one) => isKey(one, key));
  const others = change(state, target, (breaker) => inconclusive(breaker, ticket, moment.now), hit);
  if (!ruling || !key) return others;
  const opened = openBreaker(others, target.accountId, { ...key, ruling, event, moment });
  if (ruling.cause !== 'overloaded' || opened === others || !isProviderOverloaded(opened, target, moment.now))
    return opened;
  const shared: Key = { scope: 'provider-model', subject: target.model };
  return openBreaker(opened, providerOwner(target.provider), { ...shared, ruling, event, moment });
}

type Key = Pick<Breaker, 'scope' | 'subject'>;

function keyOf({ scope }: Ruling, target: Target): Key {
  if (scope === 'credential') return { scope, subject: '' };
  return { scope, subject: scope === 'family' ? target.family : target.model };
}

function isKey(breaker: Breaker, { scope, subject }: Key): boolean {
  return breaker.scope === scope && breaker.subject === subject;
}

/** The request was this breaker's try, and failed for another reason: another one may try soon. */
function inconclusive(breaker: Breaker, ticket: number, now: number): Breaker {
  if (breaker.probe?.ticket !== ticket) return breaker;
  return { ...withoutProbe(breaker), probeAt: now + inconclusiveMs };
}

/** Where two accounts agree, it is the provider that has no room for the model, and a third one need not ask. */
function isProviderOverloaded(state: BreakerState, target: Target, now: number): boolean {
  const shared = state.owners.get(providerOwner(target.provider)) ?? [];
  if (shared.some(({ subject }) => subject === target.model)) return true;
  const isHit = (one: Breaker) =>
    one.cause === 'overloaded' &&
    one.scope === 'model' &&
    one.subject === target.model &&
    one.provider === target.provider &&
    now < one.until;
  return [...state.owners].some(([owner, breakers]) => owner !== target.accountId && breakers.some(isHit));
}

interface Opened extends Key {
  ruling: Ruling;
  event: Extract<BreakerEvent, { type: 'failed' }>;
  moment: Moment;
}

function openBreaker(state: BreakerState, owner: string, opened: Opened): BreakerState {
  const before = state.owners.get(owner) ?? [];
  const old = before.find((one) => isKey(one, opened));
  // One step per open window: what began before it opened is the same burst.
  if (old && !old.strike && old.openedBy >= opened.event.ticket) return state;
  const next = successor(old, opened, state.lastTicket);
  const others = before.filter((one) => one !== old);
  return withOwner(state, owner, [...withoutOldest(others), next]);
}

/** Makes place for one more; the wide ones, of which there are few, stay. */
function withoutOldest(breakers: readonly Breaker[]): readonly Breaker[] {
  if (breakers.length < mostOfOwner) return breakers;
  const oldest = breakers.find(({ scope }) => scope !== 'credential') ?? breakers[0];
  return breakers.filter((one) => one !== oldest);
}

function successor(old: Breaker | undefined, opened: Opened, lastTicket: number): Breaker {
  const { now } = opened.moment;
  const { cause } = opened.ruling;
  const repeats = old !== undefined && old.cause === cause;
  if (cause === 'failing' && !(repeats && (!old.strike || now - old.since <= strikeMs))) {
    if (old && !old.strike && now < old.until) return inconclusive(old, opened.event.ticket, now);
    return { ...freshBreaker(opened, 0, lastTicket), until: now, probeAt: now, strike: true };
  }
  const fresh = freshBreaker(opened, repeats && !old.strike ? old.level + 1 : 0, lastTicket);
  const isNews = cause === 'usage-limit' && opened.ruling.hintMs !== undefined;
  if (!old || old.strike || isNews || old.until <= fresh.until) return fresh;
  // A weaker error never shortens a longer wait.
  const probeAt = Math.min(old.until, now + nextCheckMs(old.cause));
  return { ...withoutProbe(old), level: old.level + 1, probeAt, openedBy: lastTicket, said: fresh.said };
}

function freshBreaker({ scope, subject, ruling, event, moment }: Opened, level: number, lastTicket: number): Breaker {
  const { now, random } = moment;
  const { cause, hintMs, clampMs, windows } = ruling;
  const { untilMs, probeMs } = waitOf({ cause, level, hintMs, clampMs, random });
  const { status, type, message } = event.fault;
  return {
    scope,
    subject,
    provider: event.target.provider,
    cause,
    level,
    since: now,
    until: now + untilMs,
    probeAt: now + probeMs,
    openedBy: lastTicket,
    ...(windows.length > 0 ? { windows } : {}),
    said: { status, message: message.slice(0, 500), ...(type === undefined ? {} : { type }) },
  };
}

type Reading = Extract<BreakerEvent, { type: 'reading' }>;

/** Limits that have room again close the breaker that their lack had opened; those that have none save a request's try. */
function afterReading(state: BreakerState, event: Reading): BreakerState {
  const before = state.owners.get(event.accountId);
  if (!before) return state;
  const after = before.flatMap((breaker) => afterLook(breaker, event, state.seenAt) ?? []);
  const isChanged = after.length < before.length || after.some((one, index) => one !== before[index]);
  return isChanged ? withOwner(state, event.accountId, after) : state;
}

/** A breaker after a look at its limits; undefined closes it. */
function afterLook(breaker: Breaker, { windows, ticket }: Reading, now: number): Breaker | undefined {
  if (breaker.cause !== 'usage-limit' || breaker.scope === 'model' || breaker.strike) return breaker;
  if (ticket !== undefined && ticket <= breaker.openedBy) return breaker;
  const concerned = breaker.scope === 'family' ? breaker.subject : undefined;
  const read = windows.filter(
    ({ used, state, family }) => family === concerned && (used !== undefined || state !== undefined),
  );
  if (hasRoom(breaker, read)) return undefined;
  const probeAt = Math.min(breaker.until, now + nextCheckMs(breaker.cause));
  return usedUp(read).length > 0 && probeAt > breaker.probeAt ? { ...breaker, probeAt } : breaker;
}

function hasRoom(breaker: Breaker, read: readonly QuotaWindow[]): boolean {
  if (!breaker.windows || breaker.scope === 'family') return read.length > 0 && usedUp(read).length === 0;
  return breaker.windows.every((id) => read.some((one) => one.id === id && usedUp([one]).length === 0));
}
