import type { ModelView } from '../../preload/models-view.ts';
import { clockText, type Locale } from '../../preload/readings.ts';

export interface LostModelsNotice {
  title: string;
  body: string;
}

/** So many are named. */
const mostNames = 3;

/**
 * Turns lists of models into notices: one for all models that have just lost the last account that could serve them.
 * Models whose accounts are all paused are not told of, because their owner has paused them.
 */
export function lastAccountNotices(
  first: readonly ModelView[],
  now: () => number,
  notify: (notice: LostModelsNotice) => void,
  locale: Locale = {},
): (models: readonly ModelView[]) => void {
  let served = servedIds(first);
  return (models) => {
    const before = served;
    served = servedIds(models);
    const lost = models.filter(
      ({ id, servers }) => before.has(id) && !served.has(id) && servers.some(({ standing }) => standing !== 'paused'),
    );
    if (lost.length > 0) notify(noticeOf(lost, now(), locale));
  };
}

function servedIds(models: readonly ModelView[]): Set<string> {
  return new Set(
    models.filter(({ servers }) => servers.some(({ standing }) => standing === 'ready')).map(({ id }) => id),
  );
}

function noticeOf(lost: readonly ModelView[], now: number, locale: Locale): LostModelsNotice {
  const names = lost.slice(0, mostNames).map(({ displayName, id }) => displayName || id);
  const more = lost.length - names.length;
  const list = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
  const times = lost.flatMap(({ servers }) => servers.flatMap(({ until }) => (until === undefined ? [] : [until])));
  const back =
    times.length === 0 ? '' : ` The first is expected back at ${clockText(Math.min(...times), now, locale)}.`;
  return {
    title: lost.length === 1 ? `No account can serve ${list} now` : `No account can serve ${lost.length} models now`,
    body: `${lost.length === 1 ? 'Its last account has tripped.' : `${list}.`}${back}`,
  };
}
