import type { Account } from '../accounts/account.ts';
import { splitSuffix } from '../protocols/thinking-suffix.ts';
import type { Binding } from './affinity/table.ts';
import type { Target } from './breakers/breaker.ts';
import type { Candidate, Serving } from './model-index.ts';
import {
  judge,
  type LeftOut,
  leftFor,
  type Outlook,
  type OutlookInput,
  outlookOf,
  roomFor,
  type Verdict,
} from './outlook.ts';
import { isUsedUp, type Refusal, refusalOf } from './refusal.ts';
import type { Choice, Turns } from './rotation.ts';
import { inOrder } from './selection.ts';
import { type Step, stepsOf } from './steps.ts';
import { attemptReason } from './words.ts';

export interface RouteRequest {
  /** The model's name without thinking suffix. */
  model: string;
  /** For people, where the conversation is known: "Amp thread". */
  sessionSource?: string | undefined;
}

/** Whether and how Amp's own models may serve a request that no account serves. */
export interface AmpFallback {
  /** The route is one of Amp's and its server is configured. */
  reachable: boolean;
  mode: 'unknown' | 'exhausted' | 'never';
  /** Paid requests left today. */
  creditLeft: number;
  /** The owner lets Amp serve every model but those that ampcode.credit-models leaves out. */
  leavesOut?: boolean;
}

export interface RouteInput extends OutlookInput {
  /** Who serves a model in the request's wire format. */
  serving(model: string): Serving;
  /** Names that could be asked for, for a hint when the model is not one of them. */
  knownModels(): readonly string[];
  /** The conversation's account for models of a group. */
  binding(group: string): Binding | undefined;
  turns(model: string): Turns;
  /** How long the request may still wait, in milliseconds. */
  waitLeftMs: number;
  amp: AmpFallback;
}

/** One try to serve a request, with the reason why it stands at its place. */
export type RouteAttempt = LocalRouteAttempt | { kind: 'amp'; reason: string };

export interface LocalRouteAttempt {
  kind: 'local';
  account: Account;
  /** The upstream's name of the model. */
  model: string;
  reason: string;
  target: Target;
  /** The model as asked for, or as a chain names it, with its thinking suffix. */
  step: string;
  /** To be skipped unless the attempts before it failed for lack of quota. */
  onlyAfterQuota?: true;
}

/** What becomes of the conversation when an attempt serves it. */
export interface Keeping {
  /** The step that the verdict is about; other models of a chain leave the conversation where it is. */
  step: string;
  group: string;
  verdict: Verdict;
  /** The account it has had so far. */
  accountId?: string;
}

/** The decision about one request, for the gateway to follow and the window to show. */
export interface Route {
  /** In the order to be tried; empty when refused, or when it is better to wait. */
  attempts: readonly RouteAttempt[];
  unavailable: readonly LeftOut[];
  /** Ask again for a route after this time. `until` in milliseconds since the Unix epoch. */
  wait?: { ms: number; until: number; reason: string };
  refusal?: Refusal;
  keeping?: Keeping;
  /** The turn that a new conversation takes. */
  choice?: Choice;
}

/** Rather than another model, the one asked for when it is to be had this soon. */
const shortWaitMs = 3000;

/** What is known of one model that may serve. */
interface Look {
  step: Extract<Step, { kind: 'model' }>;
  serving: Serving;
  outlook: Outlook;
}

/** Decides who is asked, in which order, and why. Pure: same request and input, same route. */
export function route(request: RouteRequest, input: RouteInput): Route {
  const steps = stepsOf(request.model, input.rules, input.serving(request.model).previews);
  const looks = withoutNeedlessPreviews(joined(steps, (step) => (step.kind === 'model' ? [lookAt(step, input)] : [])));
  const unavailable = joined(looks, ({ outlook }) => outlook.leftOut);
  const [asked] = looks;
  const found = looks.map((look) => attemptsFor(look, request, input));
  const local = joined(found, ({ attempts }) => attempts);
  const wait = waitFor(looks, local.length > 0, input);
  if (wait) return { attempts: [], unavailable, wait };
  const amp = ampAttempt(request, looks, steps, local.length > 0, input.amp);
  const attempts = amp ? [...local, amp] : local;
  if (attempts.length === 0)
    return { attempts, unavailable, refusal: refusalOf(request.model, looks.some(serves), unavailable, input) };
  const { keeping, choice } = found.find(({ attempts: own }) => own.length > 0) ?? {};
  const isAskedServed = asked !== undefined && asked.outlook.usable.length > 0;
  const decided: Route = { attempts: isAskedServed ? attempts : attempts.map(always), unavailable };
  if (keeping) decided.keeping = keeping;
  if (choice) decided.choice = choice;
  return decided;
}

/** Like flatMap(), without its microsecond where there is one value only. */
function joined<T, U>(values: readonly T[], listOf: (value: T) => readonly U[]): readonly U[] {
  const [first] = values;
  return first !== undefined && values.length === 1 ? listOf(first) : values.flatMap(listOf);
}

function lookAt(step: Look['step'], input: RouteInput): Look {
  const serving = input.serving(splitSuffix(step.name).base);
  return { step, serving, outlook: outlookOf(serving, input) };
}

/** A preview stands in for used-up quota, not for a model that nobody serves or whose accounts are paused. */
function withoutNeedlessPreviews(looks: readonly Look[]): readonly Look[] {
  const asked = looks[0]?.outlook;
  const isWanted = asked && (asked.usable.length > 0 || asked.leftOut.some(isUsedUp));
  return isWanted ? looks : looks.filter(({ step }) => step.why !== 'preview');
}

function serves({ serving }: Look): boolean {
  return serving.candidates.length > 0;
}

/** Nothing stands before the preview: it is asked because quota is used up already. */
function always(attempt: RouteAttempt): RouteAttempt {
  if (attempt.kind === 'amp' || !attempt.onlyAfterQuota) return attempt;
  const { onlyAfterQuota: _condition, ...rest } = attempt;
  return rest;
}

interface Found {
  attempts: RouteAttempt[];
  keeping?: Keeping;
  choice?: Choice;
}

function attemptsFor(look: Look, request: RouteRequest, input: RouteInput): Found {
  const { step, serving, outlook } = look;
  if (outlook.usable.length === 0) return { attempts: [] };
  const binding = input.rules.affinity ? input.binding(serving.group) : undefined;
  const { verdict, kept, roomier = [] } = judge(binding, outlook, input);
  const [roomiest] = chosenFrom(roomier, step.name, 1, input);
  const ordered = orderOf(look, kept ?? roomiest, input);
  const attempts = ordered.map((candidate, index): RouteAttempt => {
    const reason = attemptReason({ candidate, index, look, verdict, kept, request, input });
    const { account, target } = candidate;
    const local = { kind: 'local', account, model: target.model, reason, target, step: step.name } as const;
    return step.why === 'preview' ? { ...local, onlyAfterQuota: true } : local;
  });
  const found: Found = { attempts };
  if (input.rules.affinity) {
    found.keeping = { step: step.name, group: serving.group, verdict };
    if (binding) found.keeping.accountId = binding.accountId;
  }
  const choice = kept ? undefined : choiceOf(look, ordered, input);
  if (choice) found.choice = choice;
  return found;
}

/** The turn that is taken: among equals, since who has a lower priority is owed nothing. */
function choiceOf({ step, outlook }: Look, [chosen]: readonly Candidate[], { rules }: RouteInput): Choice | undefined {
  if (!chosen) return undefined;
  const { strategy } = rules;
  const isEqual = ({ account }: Candidate) => account.priority === chosen.account.priority;
  const among = strategy === 'weighted' ? outlook.usable.filter(isEqual) : [chosen];
  return { pool: step.name, strategy, chosen, among };
}

function orderOf({ step, outlook }: Look, first: Candidate | undefined, input: RouteInput): readonly Candidate[] {
  const { maxCredentials } = input.rules;
  const count = maxCredentials > 0 ? maxCredentials : outlook.usable.length;
  const ordered = chosenFrom(outlook.usable, step.name, count, input);
  return first ? [first, ...ordered.filter((one) => one !== first)].slice(0, count) : ordered;
}

function chosenFrom(from: readonly Candidate[], pool: string, count: number, input: RouteInput): readonly Candidate[] {
  if (from.length <= 1 && count > 0) return from;
  const { strategy, streamsPerAccount } = input.rules;
  const room = (candidate: Candidate) => roomFor(candidate, input);
  const left = (candidate: Candidate) => leftFor(candidate, input);
  const turns = input.turns(pool);
  return inOrder(from, { strategy, turns, load: input.load, streamsPerAccount, room, left, count });
}

/** Waiting for the model that was asked for beats another model when it is short, and a refusal or money always. */
function waitFor(looks: readonly Look[], hasLocal: boolean, input: RouteInput): Route['wait'] {
  const [asked] = looks;
  const considered = hasLocal ? (asked ? [asked] : []) : looks;
  if (hasLocal && (!asked || asked.outlook.usable.length > 0)) return undefined;
  const blocked = considered.flatMap(({ outlook }) =>
    outlook.leftOut.filter(({ askableAt }) => askableAt !== undefined),
  );
  const [soonest] = [...blocked].sort((a, b) => (a.askableAt ?? 0) - (b.askableAt ?? 0));
  if (soonest?.askableAt === undefined) return undefined;
  // Timers may fire a little early.
  const ms = Math.max(1, soonest.askableAt - input.now + 1);
  const most = hasLocal ? Math.min(shortWaitMs, input.waitLeftMs) : input.waitLeftMs;
  if (ms > most) return undefined;
  return { ms, until: input.now + ms, reason: `waits for ${soonest.label}: ${soonest.reason}` };
}

/** Amp comes last, because it may cost credits: by the owner's chain, for unknown models, or when all is used up. */
function ampAttempt(
  request: RouteRequest,
  looks: readonly Look[],
  steps: readonly Step[],
  hasLocal: boolean,
  amp: AmpFallback,
): RouteAttempt | undefined {
  if (!amp.reachable || amp.mode === 'never' || amp.creditLeft <= 0 || amp.leavesOut) return undefined;
  if (steps.some(({ kind }) => kind === 'amp'))
    return { kind: 'amp', reason: `the chain of ${request.model} ends at Amp` };
  if (!looks.some(serves)) return { kind: 'amp', reason: `no account serves ${request.model}` };
  if (amp.mode !== 'exhausted') return undefined;
  return { kind: 'amp', reason: hasLocal ? 'every account failed' : 'no account is available' };
}
