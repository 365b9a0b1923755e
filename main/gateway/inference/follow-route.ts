import { splitSuffix } from '../../protocols/thinking-suffix.ts';
import type { Fault } from '../../providers/contract.ts';
import type { Refusal } from '../../routing/refusal.ts';
import { followUp, isAfterQuota, mostTelling } from '../../routing/retry.ts';
import type { Route, RouteAttempt } from '../../routing/route.ts';
import type { RoutedRequest } from '../../routing/router.ts';
import { GatewayError } from '../errors.ts';
import type { FailedAttempt } from './failed-attempt.ts';
import type { InferenceDeps } from './handler.ts';
import type { InferenceJob } from './job.ts';
import { routeHeaders } from './route-headers.ts';
import { serveLocally } from './serve-locally.ts';

const lookAgainMs = 50;

/** What has become of a request so far. */
interface Progress {
  rounds: number;
  waitLeftMs: number;
  /** Of all rounds; the client gets the most telling one. */
  failures: FailedAttempt[];
}

/** Follows the router's decisions until somebody has answered, or nobody will. Throws GatewayError for a refusal. */
export async function followRoute(job: InferenceJob, deps: InferenceDeps): Promise<void> {
  const progress: Progress = { rounds: 0, waitLeftMs: deps.maxWaitMs(), failures: [] };
  for (;;) {
    const request = routedRequest(job, progress, deps);
    const route = deps.router.plan(request);
    const pauseMs = route.wait ? route.wait.ms : await runRound(route, request, job, progress, deps);
    if (pauseMs === undefined) return;
    if (route.wait) job.trail.reason = route.wait.reason + job.notes;
    progress.waitLeftMs -= pauseMs;
    if (!(await pause(pauseMs, job, deps))) return;
  }
}

function routedRequest(job: InferenceJob, { waitLeftMs }: Progress, deps: InferenceDeps): RoutedRequest {
  const model = splitSuffix(job.model).base;
  const { wireFormat } = job.route;
  return {
    model,
    wireFormat,
    session: deps.router.asksForSession(model, wireFormat) ? job.session() : undefined,
    waitLeftMs,
    amp: deps.ampFallback(job.surface, job.askedModel),
  };
}

/** One pass over a route's attempts; resolves to how long to wait for another one, undefined when all is said. */
async function runRound(
  route: Route,
  request: RoutedRequest,
  job: InferenceJob,
  progress: Progress,
  deps: InferenceDeps,
): Promise<number | undefined> {
  if (route.refusal) return refused(route.refusal, job, progress);
  const failures: Fault[] = [];
  for (const [index, attempt] of route.attempts.entries()) {
    if (attempt.kind === 'local' && attempt.onlyAfterQuota && !isAfterQuota(failures)) continue;
    job.trail.reason = attempt.reason + job.notes;
    if (attempt.kind === 'amp') {
      // Its answer cannot follow a head that keep-alive comments have sent.
      if (job.ctx.res.headersSent) break;
      await forwardToAmp(job, attempt.reason);
      return undefined;
    }
    const permit = deps.router.begin(attempt.target);
    if (!permit) continue;
    const result = await serveLocally(job, attempt, permit, () => deps.router.served(request, route, attempt), deps);
    if (result.kind === 'answered') return undefined;
    failures.push(result.fault);
    progress.failures.push(result);
    const state = { failures, rounds: progress.rounds, waitLeftMs: progress.waitLeftMs, hasBegun: job.answer.begun };
    const next = followUp({ ...state, next: nextKind(route.attempts.slice(index + 1), failures) }, deps.random());
    if (next.kind === 'again') {
      progress.rounds++;
      return next.waitMs;
    }
    if (next.kind === 'stop') break;
  }
  if (progress.failures.length > 0) tell(job, progress);
  else return secondLookMs(progress);
  return undefined;
}

/** Something has come in the way of every attempt since the plan was made. Not for ever: a look costs waiting time too. */
function secondLookMs({ waitLeftMs }: Progress): number {
  if (waitLeftMs <= 0) throw new GatewayError('accounts_failing', { detail: 'others are trying them', param: 'model' });
  return Math.min(lookAgainMs, waitLeftMs);
}

function nextKind(rest: readonly RouteAttempt[], failures: readonly Fault[]): 'local' | 'amp' | 'none' {
  const [next] = rest.filter((one) => one.kind === 'amp' || !one.onlyAfterQuota || isAfterQuota(failures));
  return next?.kind ?? 'none';
}

function refused({ code, detail, retryAfterMs }: Refusal, job: InferenceJob, progress: Progress): undefined {
  // What an upstream said in an earlier round tells the client more than that nobody is left now.
  if (progress.failures.length > 0) return tell(job, progress);
  throw new GatewayError(code, { detail, param: 'model', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function tell({ trail, answer }: InferenceJob, { failures }: Progress): undefined {
  const { error, upstream } = mostTelling(failures);
  trail.status = error.status;
  answer.fail(error, upstream);
}

/** False when the client went away meanwhile. */
function pause(ms: number, job: InferenceJob, deps: InferenceDeps): Promise<boolean> {
  if (job.answer.gone) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (waited: boolean) => {
      cancel();
      job.abort = undefined;
      resolve(waited);
    };
    const cancel = deps.clock.after(ms, () => end(true));
    job.abort = () => end(false);
  });
}

async function forwardToAmp(job: InferenceJob, reason: string): Promise<void> {
  const { trail, surface, ctx, body } = job;
  const fallback = surface.fallback;
  if (!fallback) throw new GatewayError('model_not_found', { detail: job.askedModel, param: 'model' });
  trail.route = 'amp';
  trail.modelServed = job.askedModel;
  job.answer.release();
  const headers = ctx.ownHeaders ? routeHeaders('amp', reason, undefined, ctx.id) : {};
  for (const [name, value] of Object.entries(headers)) ctx.res.setHeader(name, value);
  const result = await fallback.forward(ctx, body, job.askedModel);
  trail.status = result.status;
  if (result.firstByteAt !== undefined) trail.firstByteAt = result.firstByteAt;
  const outcome = result.status < 400 ? 'served' : `HTTP ${result.status}`;
  trail.attempts.push({ via: 'amp', label: 'Amp', reason, outcome, status: result.status });
}
