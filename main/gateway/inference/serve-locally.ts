import type { Secret } from '../../accounts/account.ts';
import { FieldError } from '../../protocols/features.ts';
import { isLegacyPath } from '../../protocols/openai-chat/legacy.ts';
import type { Fault, ServingProvider, UpstreamHeaders } from '../../providers/contract.ts';
import type { LocalRouteAttempt } from '../../routing/route.ts';
import type { Permit } from '../../routing/router.ts';
import { GatewayError } from '../errors.ts';
import { headerText } from '../headers.ts';
import { type AttemptOutcome, runAttempt } from './attempt.ts';
import { type FailedAttempt, failedAttempt, wordsOf } from './failed-attempt.ts';
import type { InferenceDeps } from './handler.ts';
import type { InferenceJob } from './job.ts';
import { atOtherHost } from './other-host.ts';
import { watchingQuota } from './quota-events.ts';
import { answerTap, chained } from './responses/remember-answer.ts';
import { routeHeaders } from './route-headers.ts';
import { createStreamGate } from './stream-gate.ts';
import { createAnswerTracker } from './tracker.ts';
import { answerEstimate, isCountedHere } from './translation/estimate-count.ts';
import type { PreparedCall } from './translation/prepared-call.ts';
import { translatedCall, upstreamFormat } from './translation/translated-call.ts';
import { cannotCompact, refusedField } from './translation/unsupported.ts';
import { sameFormatCall } from './upstream-request.ts';

export type LocalAttempt = LocalRouteAttempt;

/** `answered`: the client has its answer, or is gone. */
export type LocalResult = { kind: 'answered' } | FailedAttempt;

/**
 * Serves a request through one account; a refused access token is refreshed and tried once more. The permit's end is
 * told whatever happens; `onAnswer` is called when the answer begins.
 */
export async function serveLocally(
  job: InferenceJob,
  attempt: LocalAttempt,
  permit: Permit,
  onAnswer: () => void,
  deps: InferenceDeps,
): Promise<LocalResult> {
  const { account } = attempt;
  deps.onServing(account.id, 1);
  try {
    const call = { job, attempt, permit, onAnswer, deps };
    const secret = secretOf(call);
    const first = await callOnce(call, secret, attempt.reason);
    if (first.kind === 'answered') return first;
    if (first.repaired) {
      const next = deps.router.begin(attempt.target);
      if (!next) return first;
      const change = first.fault.kind === 'overload' ? 'once more' : 'without what was refused';
      const reason = `${attempt.reason}, ${change}`;
      return await callOnce({ ...call, permit: next, prepared: first.repaired }, secret, reason);
    }
    if (first.fault.kind !== 'auth' || account.kind !== 'oauth') return first;
    if (!(await deps.refresh(account.id, secret.accessToken))) return first;
    const next = deps.router.begin(attempt.target);
    if (!next) return first;
    const again = { ...call, permit: next };
    return await callOnce(again, secretOf(again), `${attempt.reason}, after a token refresh`);
  } finally {
    deps.onServing(account.id, -1);
  }
}

/** An account that was removed since the plan was made has none; its place is given back. */
function secretOf({ attempt, permit, deps }: Call): Secret {
  const { account } = attempt;
  const secret = deps.secretOf(account.id);
  if (secret) return secret;
  deps.router.end(permit, { kind: 'undecided' });
  throw new GatewayError('accounts_unavailable', { detail: account.label });
}

/** One try through one account. */
interface Call {
  job: InferenceJob;
  attempt: LocalAttempt;
  permit: Permit;
  onAnswer: () => void;
  deps: InferenceDeps;
  /** Absent: made from the request. */
  prepared?: PreparedCall;
}

async function callOnce(call: Call, secret: Secret, reason: string): Promise<LocalResult> {
  const { job, attempt, deps } = call;
  const { account, model } = attempt;
  const provider = deps.provider(account);
  job.trail.route = 'local';
  job.trail.accountLabel = account.label;
  job.trail.modelServed = model;
  if (isCountedHere(job, attempt, provider)) {
    deps.router.end(call.permit, { kind: 'undecided' });
    return answerEstimate(job, attempt, reason, deps.countTokens);
  }
  if (job.route.operation === 'compact' && !provider.upstream.compacts?.(account)) {
    deps.router.end(call.permit, { kind: 'undecided' });
    return unsendable(call, cannotCompact, reason);
  }
  let exchanged: Exchanged;
  let prepared = call.prepared;
  try {
    prepared ??= isSameFormat(job, provider)
      ? sameFormatCall(job, attempt, secret, provider, deps)
      : await translatedCall(job, attempt, secret, provider, deps);
    if (!call.prepared) refuseLosses(prepared, provider, deps);
    job.answer.setHeaders(ownHeaders(job, account.label, prepared));
    noteLosses(job, prepared);
    exchanged = await exchange(call, prepared);
    // The upstream's other host, where it has one and the first had no room.
    const again = atOtherHost(prepared, exchanged.outcome, exchanged.fault);
    if (again) exchanged = await exchange(call, again);
  } catch (error) {
    // Whatever goes wrong, the account's place is given back.
    deps.router.end(call.permit, { kind: 'undecided' });
    const fault = refusedField(error);
    if (!fault || job.answer.begun) throw error;
    return unsendable(call, fault, reason);
  }
  return conclude(call, prepared, exchanged, reason);
}

/** Whether the upstream speaks the client's format. The completions before chat are of the same format by name only. */
function isSameFormat({ route, ctx }: InferenceJob, provider: ServingProvider): boolean {
  return upstreamFormat(route.wireFormat, provider) === route.wireFormat && !isLegacyPath(ctx.path);
}

/** Throws FieldError for what is left out of a call where nothing may be. */
function refuseLosses({ dropped: [lost] }: PreparedCall, provider: ServingProvider, deps: InferenceDeps): void {
  if (lost === undefined || !deps.isStrict()) return;
  throw new FieldError(lost, `${lost} is not supported by ${provider.label}, and strict-translation is on`);
}

/** This upstream cannot be told what the request says; another one may. */
function unsendable({ job, attempt, deps }: Call, fault: Fault, reason: string): FailedAttempt {
  const { account } = attempt;
  const { status } = fault;
  job.trail.attempts.push({ via: account.id, label: account.label, reason, outcome: wordsOf(fault), status });
  return failedAttempt({ status, headers: {}, body: '' }, fault, deps.provider(account), job, attempt);
}

interface Exchanged {
  outcome: AttemptOutcome;
  fault: Fault | undefined;
}

/** Tells the router, the trail and the caller how a call ended. */
function conclude(call: Call, prepared: PreparedCall, { outcome, fault }: Exchanged, reason: string): LocalResult {
  const { job, attempt, permit, deps } = call;
  const { account, model } = attempt;
  const { answer, trail } = job;
  if (fault) {
    deps.router.end(permit, { kind: 'failed', fault });
    deps.onFault(account, model, fault);
  } else if (!answer.begun) deps.router.end(permit, { kind: 'undecided' });
  const words = fault ? wordsOf(fault) : endWords(outcome);
  const status = outcome.kind === 'served' ? outcome.status : (fault?.status ?? 499);
  trail.attempts.push({ via: account.id, label: account.label, reason, outcome: words, status });
  if (outcome.kind === 'failed' && fault) {
    const failed = failedAttempt(outcome.failure, fault, deps.provider(account), job, attempt);
    const repaired = call.prepared ? undefined : prepared.repair(outcome.failure);
    return repaired ? { ...failed, repaired } : failed;
  }
  trail.status = status;
  if (answer.firstByteAt !== undefined) trail.firstByteAt = answer.firstByteAt;
  return { kind: 'answered' };
}

function ownHeaders(job: InferenceJob, label: string, { dropped, changed }: PreparedCall): Record<string, string> {
  const headers = routeHeaders('local', job.trail.reason, label, job.ctx.id);
  const cleaned = job.local().changed;
  if (cleaned.length + changed.length > 0)
    headers['x-fusebox-changed'] = headerText([...cleaned, ...changed].join(','));
  if (dropped.length > 0) headers['x-fusebox-dropped'] = headerText(dropped.join(','));
  return headers;
}

/** A frame has no headers: what was left out on a WebSocket is told in the journal alone. */
function noteLosses({ ctx, trail }: InferenceJob, { dropped }: PreparedCall): void {
  if (ctx.upstreamSocket && dropped.length > 0) trail.reason += `; left out: ${dropped.join(', ')}`;
}

function endWords(outcome: AttemptOutcome): string {
  if (outcome.kind === 'gone') return 'client went away';
  return outcome.kind === 'served' && outcome.lost ? outcome.lost : 'served';
}

/** One upstream call with its outcome, and the fault when it failed, be it before the first byte or within the stream. */
async function exchange(call: Call, prepared: PreparedCall): Promise<Exchanged> {
  const { job, attempt, permit, onAnswer, deps } = call;
  const { account } = attempt;
  const provider = deps.provider(account);
  const tracker = createAnswerTracker(prepared.format, prepared.stream);
  let headers: UpstreamHeaders = {};
  const run = runAttempt(prepared.call, {
    transport: job.ctx.upstreamSocket ?? deps.transport(),
    proxyUrl: deps.proxyUrl(account),
    answer: job.answer,
    tracker: watchingQuota(tracker, provider.upstream.quotaOfEvent, (windows) =>
      deps.onQuota(account, windows, permit),
    ),
    // The second time it is shown as it is.
    gate: createStreamGate(prepared.format, { refusesBrokenCalls: call.prepared === undefined }),
    isEnveloped: prepared.call.answer?.envelope ?? false,
    translate: prepared.translate,
    translatedHead: job.answer.head,
    rewriter: chained(answerTap(job, attempt, provider, deps), surfaceRewriter(job, attempt)),
    onBodyFree: job.body.borrow(),
    scrub: deps.scrub,
    onHead(_status, received) {
      headers = received;
      deps.onHeaders(account, received, permit);
    },
    onAnswer() {
      deps.router.end(permit, { kind: 'served' });
      onAnswer();
    },
  });
  job.abort = run.abort;
  if (job.answer.gone) run.abort();
  const outcome = withoutSecrets(await run.done, deps);
  job.abort = undefined;
  const usage = tracker.usage();
  if (usage) job.trail.usage = usage;
  const now = deps.clock.now();
  if (outcome.kind === 'failed') return { outcome, fault: provider.upstream.classify(outcome.failure, now) };
  const told = tracker.error();
  if (told === undefined) return { outcome, fault: undefined };
  return { outcome, fault: provider.upstream.classify({ status: 200, headers, body: deps.scrub(told) }, now) };
}

function surfaceRewriter(
  { surface, route, stream, askedModel, body, ctx }: InferenceJob,
  { account, model }: LocalAttempt,
) {
  return surface.rewriter({
    wireFormat: route.wireFormat,
    stream,
    askedModel,
    servedModel: model,
    provider: account.provider,
    body: body.plain,
    query: ctx.query,
  });
}

/** An upstream may quote the credential that it refuses; neither the client nor the journal gets to see it. */
function withoutSecrets(outcome: AttemptOutcome, { scrub }: InferenceDeps): AttemptOutcome {
  if (outcome.kind !== 'failed' || !('status' in outcome.failure)) return outcome;
  return { kind: 'failed', failure: { ...outcome.failure, body: scrub(outcome.failure.body) } };
}
