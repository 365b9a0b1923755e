import type { RouteAttemptView, RouteQuestion, RouteView } from '../../preload/route-view.ts';
import type { LeftOut } from './outlook.ts';
import type { Refusal } from './refusal.ts';
import type { Route, RouteAttempt } from './route.ts';

/** What the rules of the routes that the request came in on made of its model. */
export interface Mapping {
  rule?: string;
  ignored?: readonly string[];
}

/**
 * A decision as it is shown: who is asked in which order and why, who is not, and what happens otherwise. `model` is
 * the one that was routed, `now` the time of the decision in milliseconds since the Unix epoch.
 */
export function routeView(
  asked: RouteQuestion,
  model: string,
  { rule, ignored = [] }: Mapping,
  { attempts, unavailable, wait, refusal }: Route,
  now: number,
): RouteView {
  return {
    asked,
    at: now,
    ...(rule === undefined ? {} : { mapped: { model, rule } }),
    passedOver: [...ignored],
    attempts: attempts.map((attempt) => attemptView(attempt, asked.model)),
    notAsked: unavailable.map(notAskedView),
    ...(wait ? { wait: { until: wait.until, reason: wait.reason } } : {}),
    ...(refusal ? { refusal: refusalView(refusal, now) } : {}),
  };
}

/** Amp gets the request as it came. */
function attemptView(attempt: RouteAttempt, asked: string): RouteAttemptView {
  if (attempt.kind === 'amp') return { via: 'amp', model: asked, reason: attempt.reason };
  const { account, model, reason, onlyAfterQuota } = attempt;
  const { id: accountId, label, provider } = account;
  return {
    via: 'account',
    accountId,
    label,
    provider,
    model,
    reason,
    ...(onlyAfterQuota ? { onlyAfterQuota } : {}),
  };
}

function notAskedView({ accountId, label, model, reason, until, askableAt }: LeftOut): RouteView['notAsked'][number] {
  return {
    accountId,
    label,
    model,
    reason,
    ...(until === undefined ? {} : { until }),
    ...(askableAt === undefined || until === undefined || askableAt >= until ? {} : { askableAt }),
  };
}

function refusalView({ code, detail, retryAfterMs }: Refusal, now: number): NonNullable<RouteView['refusal']> {
  return { code, detail, ...(retryAfterMs === undefined ? {} : { retryAt: now + retryAfterMs }) };
}
