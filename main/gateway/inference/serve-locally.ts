import type { Account, Secret } from '../../accounts/account.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import { parseSuffix, splitSuffix, type ThinkingWish } from '../../protocols/thinking-suffix.ts';
import type { RenderableError } from '../../protocols/wire-format.ts';
import type { Fault, Provider, ProviderRequest, UpstreamCall, UpstreamFailure } from '../../providers/contract.ts';
import type { Attempt } from '../../routing/plan.ts';
import { GatewayError } from '../errors.ts';
import { clientHeaders } from '../headers.ts';
import { type AttemptOutcome, runAttempt } from './attempt.ts';
import type { ReadyError } from './client-answer.ts';
import type { InferenceDeps, InferenceJob } from './handler.ts';
import { routeHeaders } from './route-headers.ts';
import { createStreamGate } from './stream-gate.ts';
import { createAnswerTracker } from './tracker.ts';

type LocalAttempt = Extract<Attempt, { kind: 'local' }>;

export type LocalResult =
  /** The client has its answer, or is gone. */
  | { kind: 'answered' }
  /** Nothing reached the client; `final` when no other account could do better. */
  | { kind: 'failed'; final: boolean; error: RenderableError; upstream?: ReadyError };

/** Serves a request through one account; a refused access token is refreshed and tried once more. */
export async function serveLocally(
  job: InferenceJob,
  attempt: LocalAttempt,
  deps: InferenceDeps,
): Promise<LocalResult> {
  deps.onServing(attempt.account.id, 1);
  try {
    const secret = secretOf(attempt.account, deps);
    const first = await callOnce(job, attempt, secret, deps);
    if (first.kind !== 'failed' || first.error.status !== 401 || !first.mayRefresh) return first;
    if (!(await deps.refresh(attempt.account.id, secret.accessToken))) return first;
    return await callOnce(job, attempt, secretOf(attempt.account, deps), deps, 'after a token refresh');
  } finally {
    deps.onServing(attempt.account.id, -1);
  }
}

function secretOf(account: Account, deps: InferenceDeps): Secret {
  const secret = deps.secretOf(account.id);
  if (!secret) throw new GatewayError('accounts_unavailable', { detail: account.label });
  return secret;
}

type CallResult = { kind: 'answered' } | (Extract<LocalResult, { kind: 'failed' }> & { mayRefresh: boolean });

async function callOnce(
  job: InferenceJob,
  attempt: LocalAttempt,
  secret: Secret,
  deps: InferenceDeps,
  again = '',
): Promise<CallResult> {
  const { account } = attempt;
  const provider = deps.provider(account);
  const reason = again ? `${attempt.reason}, ${again}` : attempt.reason;
  job.trail.route = 'local';
  job.trail.accountLabel = account.label;
  job.trail.modelServed = attempt.model;
  job.answer.setHeaders({
    ...routeHeaders('local', job.trail.reason, account.label, job.ctx.id),
    ...changedHeader(job),
  });
  const outcome = await exchange(prepare(job, attempt, secret, provider, deps), job, attempt, deps);
  if (outcome.kind === 'failed') return failed(outcome.failure, job, attempt, reason, provider, deps);
  const status = outcome.kind === 'gone' ? 499 : outcome.status;
  const lost = outcome.kind === 'served' ? outcome.lost : undefined;
  job.trail.status = status;
  if (job.answer.firstByteAt !== undefined) job.trail.firstByteAt = job.answer.firstByteAt;
  const result = lost ?? (outcome.kind === 'gone' ? 'client went away' : 'served');
  job.trail.attempts.push({ via: account.id, label: account.label, reason, outcome: result, status });
  return { kind: 'answered' };
}

function changedHeader(job: InferenceJob): Record<string, string> {
  const { changed } = job.local();
  return changed.length === 0 ? {} : { 'x-fusebox-changed': changed.join(',') };
}

function prepare(
  job: InferenceJob,
  attempt: LocalAttempt,
  secret: Secret,
  provider: Provider,
  deps: InferenceDeps,
): UpstreamCall {
  const thinking = wishOf(job.model);
  const request: ProviderRequest = {
    wireFormat: job.route.wireFormat,
    operation: job.route.operation,
    model: attempt.model,
    stream: job.stream,
    ...(thinking ? { thinking } : {}),
    body: job.local().body,
    headers: job.surface.adaptHeaders(job.ctx.req.headers),
    query: withoutCredentials(job.ctx.query),
  };
  try {
    return provider.prepare(request, attempt.account, secret, deps.endpoints(attempt.account));
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      throw new GatewayError('invalid_json', { detail: error.message, cause: error });
    throw error;
  }
}

/** Credentials that some clients put into the query are for us, never for an upstream. */
function withoutCredentials(query: string): string {
  if (!query.includes('key=') && !query.includes('auth_token=')) return query;
  return query
    .split('&')
    .filter((part) => !/^(key|auth_token)=/.test(part))
    .join('&');
}

function wishOf(model: string): ThinkingWish | undefined {
  const { suffix } = splitSuffix(model);
  if (suffix === '') return undefined;
  const wish = parseSuffix(suffix);
  if ('error' in wish) throw new GatewayError('invalid_field', { detail: wish.error, param: 'model' });
  return wish;
}

async function exchange(
  call: UpstreamCall,
  job: InferenceJob,
  attempt: LocalAttempt,
  deps: InferenceDeps,
): Promise<AttemptOutcome> {
  const tracker = createAnswerTracker(job.route.wireFormat, job.stream);
  const run = runAttempt(call, {
    transport: deps.transport(),
    proxyUrl: deps.proxyUrl(attempt.account),
    answer: job.answer,
    tracker,
    gate: createStreamGate(job.route.wireFormat),
    rewriter: job.surface.rewriter({
      wireFormat: job.route.wireFormat,
      stream: job.stream,
      askedModel: job.askedModel,
      servedModel: attempt.model,
      provider: attempt.account.provider,
      body: job.body.plain,
    }),
    onHead: (_status, headers) => deps.onHeaders(attempt.account, headers),
  });
  job.abort = run.abort;
  if (job.answer.gone) run.abort();
  const outcome = await run.done;
  job.abort = undefined;
  const usage = tracker.usage();
  if (usage) job.trail.usage = usage;
  return outcome;
}

function failed(
  failure: UpstreamFailure,
  job: InferenceJob,
  attempt: LocalAttempt,
  reason: string,
  provider: Provider,
  deps: InferenceDeps,
): CallResult {
  const fault = provider.classify(failure, deps.clock.now());
  const { account } = attempt;
  job.trail.attempts.push({
    via: account.id,
    label: account.label,
    reason,
    outcome: wordsOf(fault),
    status: fault.status,
  });
  deps.onFault(account, attempt.model, fault);
  const upstream = sameFormat(failure, provider, job);
  return {
    kind: 'failed',
    final: fault.scope === 'request' && fault.kind !== 'network',
    mayRefresh: account.kind === 'oauth' && fault.kind === 'auth',
    error: {
      status: fault.status,
      code: fault.type ?? fault.kind,
      message: fault.message,
      ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
    },
    ...(upstream ? { upstream } : {}),
  };
}

function wordsOf(fault: Fault): string {
  return `${fault.kind}: ${fault.message}`.slice(0, 300);
}

/** The upstream's words as they came, when they are JSON in the format that the client speaks. */
function sameFormat(failure: UpstreamFailure, provider: Provider, job: InferenceJob): ReadyError | undefined {
  if (!('status' in failure) || !provider.nativeFormats.includes(job.route.wireFormat)) return undefined;
  const isJson =
    String(failure.headers['content-type'] ?? '').includes('json') && failure.body.trimStart().startsWith('{');
  return isJson ? { headers: clientHeaders(failure.headers), body: failure.body } : undefined;
}
