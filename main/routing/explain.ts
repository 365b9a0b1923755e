import type { Route } from './route.ts';
import { durationText, leftOutText } from './words.ts';

/** A route in lines for people: who is asked in which order and why, who is not, and what happens otherwise. */
export function explainRoute(model: string, route: Route, now: number): string[] {
  return [
    ...headline(model, route, now),
    ...route.attempts.map((attempt, index) => `  ${index + 1}. ${attemptText(attempt, model)}`),
    ...(route.unavailable.length > 0 ? ['not asked:'] : []),
    ...route.unavailable.map(
      (one) => `  - ${one.label}: ${leftOutText(one, now)}${probeText(one.askableAt, one.until, now)}`,
    ),
  ];
}

function headline(model: string, { attempts, wait, refusal }: Route, now: number): string[] {
  if (wait) return [`${model}: ${wait.reason}, for ${durationText(wait.until - now)}`];
  if (!refusal) return [`${model}: ${attempts.length === 1 ? 'one attempt' : `up to ${attempts.length} attempts`}`];
  const later = refusal.retryAfterMs === undefined ? '' : `; try again in ${durationText(refusal.retryAfterMs)}`;
  return [`${model}: refused (${refusal.code})${later}`];
}

function attemptText(attempt: Route['attempts'][number], asked: string): string {
  if (attempt.kind === 'amp') return `Amp (${attempt.reason})`;
  const { account, model, reason } = attempt;
  const as = model === asked ? '' : ` as ${model}`;
  const condition = attempt.onlyAfterQuota ? '; only when its quota is used up' : '';
  return `${account.label} [${account.provider}]${as} (${reason}${condition})`;
}

function probeText(askableAt: number | undefined, until: number | undefined, now: number): string {
  if (askableAt === undefined || until === undefined || askableAt >= until) return '';
  return askableAt <= now ? '; may be tried now' : `; is tried in ${durationText(askableAt - now)}`;
}
