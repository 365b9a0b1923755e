import type { Retention } from './request-store.ts';
import { inTransaction } from './schema.ts';
import type { Database } from './sqlite-driver.ts';
import { hourOf, localDayOf } from './time-buckets.ts';

/** Requests that one step deletes at most: about two milliseconds of work. */
const stepRows = 200;
/** Pages of 4 KB that one step gives back to the system at most. */
const stepPages = 100;

const dayMs = 86_400_000;

/** Sums by the day are small and kept this long, whatever happens to the requests. */
const keepDaysMs = 3 * 366 * dayMs;

/** Deletes what is too old or too much, a step at a time; a step says whether there is more to do. */
export function createTidying(db: Database): (retention: Retention, now: number) => boolean {
  const oldest = db.prepare('SELECT min(seq) AS seq FROM requests');
  const deleteBefore = db.prepare('DELETE FROM requests WHERE seq < ?');
  const newest = db.prepare('SELECT ended_at FROM requests ORDER BY seq DESC LIMIT 1');
  const firstWithin = db.prepare(
    'SELECT seq FROM requests WHERE seq >= ? AND seq < ? AND ended_at BETWEEN ? AND ? ORDER BY seq LIMIT 1',
  );
  const deleteHours = db.prepare('DELETE FROM usage_hours WHERE at < ?');
  const deleteDays = db.prepare('DELETE FROM usage_days WHERE at < ?');
  const deleteKinds = db.prepare(`DELETE FROM kinds WHERE id NOT IN (SELECT kind FROM usage_days)
    AND id NOT IN (SELECT kind FROM usage_hours) AND id NOT IN (SELECT DISTINCT kind FROM requests)`);
  const pragma = (name: string) => {
    const row = db.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
    return row[name] ?? 0;
  };
  let sumsTidiedOn = 0;

  const tidySums = ({ keepMs }: Retention, now: number) => {
    const today = localDayOf(now);
    if (sumsTidiedOn === today) return false;
    sumsTidiedOn = today;
    inTransaction(db, () => {
      const hours = deleteHours.run(hourOf(now - keepMs)).changes;
      if (deleteDays.run(localDayOf(now - keepDaysMs)).changes + hours > 0) deleteKinds.run();
    });
    return true;
  };
  const deleteOldest = () => {
    const { seq } = oldest.get() as { seq: number | null };
    if (seq === null) return false;
    deleteBefore.run(seq + stepRows);
    return true;
  };
  /**
   * From the oldest on, up to the first request of the time that is kept. What seems to come from the future was written
   * while the clock was wrong, unless it is wrong now: then even the latest request seems to, and nothing is deleted.
   */
  const deleteOld = (keepMs: number, now: number) => {
    const { seq } = oldest.get() as { seq: number | null };
    const { ended_at: latest } = (newest.get() as { ended_at: number } | undefined) ?? { ended_at: now };
    if (seq === null || latest > now + dayMs) return false;
    const end = seq + stepRows;
    const kept = firstWithin.get(seq, end, now - keepMs, now + dayMs) as { seq: number } | undefined;
    if (kept?.seq === seq) return false;
    deleteBefore.run(kept?.seq ?? end);
    return true;
  };
  const isTooLarge = (maxBytes: number) =>
    (pragma('page_count') - pragma('freelist_count')) * pragma('page_size') > maxBytes;
  const shrink = () => {
    if (pragma('freelist_count') <= stepPages) return false;
    db.exec(`PRAGMA incremental_vacuum(${stepPages})`);
    return true;
  };
  return (retention, now) =>
    deleteOld(retention.keepMs, now) ||
    (isTooLarge(retention.maxBytes) && deleteOldest()) ||
    tidySums(retention, now) ||
    shrink();
}
