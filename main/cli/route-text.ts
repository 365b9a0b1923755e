import type { NotAskedView, RouteAttemptView, RouteView } from '../../preload/route-view.ts';
import { durationText } from '../routing/words.ts';
import { textTable } from './text-table.ts';

const surfaceWords = { amp: "Amp's routes", direct: 'the plain API' };

/** An explained route in lines for a terminal, of `width` columns if it has any. */
export function routeText(view: RouteView, width?: number): string[] {
  return [
    ...headlines(view),
    ...(view.attempts.length > 0 ? ['', ...attemptTable(view.attempts, width)] : []),
    ...(view.notAsked.length > 0 ? ['', 'Not asked:', ...notAskedTable(view.notAsked, view.at, width)] : []),
  ];
}

function headlines(view: RouteView): string[] {
  const { asked, mapped, passedOver } = view;
  return [
    `${asked.model} in ${asked.format} on ${surfaceWords[asked.surface]}: ${verdict(view)}`,
    ...(mapped ? [`Mapped to ${mapped.model} by ${mapped.rule}`] : []),
    ...passedOver.map((rule) => `Passed over: ${rule}`),
  ];
}

function verdict({ at, attempts, wait, refusal }: RouteView): string {
  if (wait) return `${wait.reason}, for ${durationText(wait.until - at)}`;
  if (!refusal) return attempts.length === 1 ? 'one attempt' : `up to ${attempts.length} attempts`;
  const later = refusal.retryAt === undefined ? '' : `; try again in ${durationText(refusal.retryAt - at)}`;
  return `refused (${refusal.code})${later}`;
}

function attemptTable(attempts: readonly RouteAttemptView[], width: number | undefined): string[] {
  const rows = attempts.map((attempt, index) => {
    const place = String(index + 1);
    if (attempt.via === 'amp') return [place, 'Amp', '', attempt.model, attempt.reason];
    const condition = attempt.onlyAfterQuota ? '; only when quota is used up' : '';
    return [place, attempt.label, attempt.provider, attempt.model, attempt.reason + condition];
  });
  return textTable([['', 'Asked', 'Provider', 'Model', 'Why'], ...rows], { indent: '  ', width });
}

function notAskedTable(notAsked: readonly NotAskedView[], at: number, width: number | undefined): string[] {
  const rows = notAsked.map(({ label, model, reason, until, askableAt }) => {
    const back = until === undefined || until <= at ? '' : `in ${durationText(until - at)}`;
    return [label, model, reason, back, askableAt === undefined ? '' : triedText(askableAt, at)];
  });
  return textTable([['Account', 'Model', 'Why', 'Back', 'Tried'], ...rows], { indent: '  ', width });
}

function triedText(askableAt: number, at: number): string {
  return askableAt <= at ? 'by the next request' : `in ${durationText(askableAt - at)}`;
}
