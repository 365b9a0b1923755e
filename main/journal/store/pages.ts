import type { JournalChoices, JournaledRequest, PageQuery, RequestPage } from '../../../preload/journal-view.ts';
import type { Usage, WireFormatId } from '../../protocols/wire-format.ts';
import type { AttemptRecord, PaidBy, RouteTaken } from '../record.ts';
import { type Kind, kindCondition } from './kinds.ts';
import type { Database } from './sqlite-driver.ts';

interface Row extends Kind {
  seq: number;
  id: string;
  ended_at: number;
  total_ms: number;
  first_byte_ms: number | null;
  input: number | null;
  output: number | null;
  cache_read: number | null;
  cache_write: number | null;
  reasoning: number | null;
  reason: string;
  attempts: string;
}

/** From `from` on, up to but without `to`. */
interface Range {
  from: number;
  to: number;
}

const joined = `SELECT r.seq, r.id, r.ended_at, r.total_ms, r.first_byte_ms, r.input, r.output, r.cache_read,
  r.cache_write, r.reasoning, r.reason, r.attempts, k.tool, k.path, k.format, k.model_asked, k.model_served, k.route,
  k.account, k.account_id, k.status, k.outcome, k.problem, k.paid_by, k.amp_credit
  FROM requests r JOIN kinds k ON k.id = r.kind`;

const requestId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export interface Pages {
  page(query: PageQuery): RequestPage;
  find(id: string): JournaledRequest | undefined;
  choices(): JournalChoices;
}

/** Reads requests, latest first. However rare what a filter means, it costs a look at each kind, not at each request. */
export function createPages(db: Database): Pages {
  const bounds = db.prepare(
    // Both at once in one SELECT would look at every row (sqlite.org/optoverview.html#minmax).
    'SELECT (SELECT min(seq) FROM requests) AS first, (SELECT max(seq) FROM requests) AS last',
  );
  const nextFrom = db.prepare('SELECT seq, ended_at FROM requests WHERE seq >= ? ORDER BY seq LIMIT 1');
  const inRange = db.prepare(`${joined} WHERE r.seq >= ? AND r.seq < ? ORDER BY r.seq DESC LIMIT ?`);
  const byPlace = db.prepare(`${joined} WHERE r.seq IN (SELECT value FROM json_each(?)) ORDER BY r.seq DESC`);
  const byId = db.prepare(`${joined} WHERE r.id = ? ORDER BY r.seq DESC LIMIT 1`);
  const latestOfKind = db.prepare('SELECT max(seq) AS seq FROM requests WHERE kind = ? AND seq < ?');
  const placesOfKind = db.prepare(
    'SELECT seq FROM requests WHERE kind = ? AND seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );

  /** Requests are in the order in which they ended, but for changes of the clock: halving finds the place. */
  const placeAt = (time: number) => {
    const { first, last } = bounds.get() as { first: number | null; last: number | null };
    if (first === null || last === null) return 1;
    let [low, high] = [first, last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const next = nextFrom.get(middle) as { seq: number; ended_at: number } | undefined;
      if (next === undefined || next.ended_at >= time) high = middle;
      else low = next.seq + 1;
    }
    return low;
  };
  const rangeOf = ({ since, until, before }: PageQuery): Range => ({
    from: since === undefined ? 1 : placeAt(since),
    to: Math.min(before ?? Number.MAX_SAFE_INTEGER, until === undefined ? Number.MAX_SAFE_INTEGER : placeAt(until)),
  });
  /** The latest places of some kinds. Kinds whose latest request is older than all that is wanted are not looked into. */
  const latestPlaces = (kinds: readonly number[], { from, to }: Range, count: number) => {
    const heads = kinds
      .flatMap((kind) => {
        const { seq } = latestOfKind.get(kind, to) as { seq: number | null };
        return seq === null || seq < from ? [] : [{ kind, seq }];
      })
      .sort((a, b) => b.seq - a.seq);
    let places: number[] = [];
    for (const { kind, seq } of heads) {
      const least = places[count - 1];
      if (least !== undefined && seq < least) break;
      const own = placesOfKind.all(kind, Math.max(from, least ?? 0), to, count) as { seq: number }[];
      places = [...places, ...own.map((row) => row.seq)].sort((a, b) => b - a).slice(0, count);
    }
    return places;
  };
  const rowsFor = (query: PageQuery, count: number): Row[] => {
    const range = rangeOf(query);
    const { sql, values } = kindCondition(query);
    if (sql === '') return inRange.all(range.from, range.to, count) as Row[];
    const kinds = db.prepare(`SELECT id FROM kinds WHERE ${sql}`).all(...values) as { id: number }[];
    const places = latestPlaces(
      kinds.map(({ id }) => id),
      range,
      count,
    );
    return byPlace.all(JSON.stringify(places)) as Row[];
  };
  const find = (id: string) => {
    const row = byId.get(id) as Row | undefined;
    return row && requestOf(row);
  };
  return {
    find,
    page(query) {
      if (query.text !== undefined && requestId.test(query.text)) {
        const found = find(query.text.toLowerCase());
        return { requests: found ? [found] : [] };
      }
      const rows = rowsFor(query, query.limit + 1);
      const requests = rows.slice(0, query.limit).map(requestOf);
      const last = requests.at(-1);
      return { requests, ...(rows.length > query.limit && last ? { next: last.seq } : {}) };
    },
    choices() {
      const values = (sql: string) => (db.prepare(sql).all() as { value: string }[]).map(({ value }) => value);
      return {
        tools: values("SELECT DISTINCT tool AS value FROM kinds WHERE tool <> '' ORDER BY 1"),
        accounts: values("SELECT DISTINCT account AS value FROM kinds WHERE account <> '' ORDER BY 1"),
        models: values(
          `SELECT model_asked AS value FROM kinds WHERE model_asked <> ''
           UNION SELECT model_served FROM kinds WHERE model_served <> '' ORDER BY 1`,
        ),
      };
    },
  };
}

function requestOf(row: Row): JournaledRequest {
  const usage = usageOf(row);
  return {
    seq: row.seq,
    id: row.id,
    startedAt: row.ended_at - row.total_ms,
    tool: row.tool,
    ...(row.format === '' ? {} : { wireFormat: row.format as WireFormatId }),
    path: row.path,
    ...(row.model_asked === '' ? {} : { modelAsked: row.model_asked }),
    ...(row.model_served === '' ? {} : { modelServed: row.model_served }),
    route: row.route as RouteTaken,
    reason: row.reason,
    ...(row.account === '' ? {} : { accountLabel: row.account }),
    attempts: JSON.parse(row.attempts) as AttemptRecord[],
    status: row.status,
    ...(row.first_byte_ms === null ? {} : { firstByteMs: row.first_byte_ms }),
    totalMs: row.total_ms,
    ...(usage ? { usage } : {}),
    ...(row.paid_by === '' ? {} : { paidBy: row.paid_by as PaidBy }),
    ...(row.amp_credit === '' ? {} : { ampCredit: row.amp_credit as 'used' | 'saved' }),
  };
}

function usageOf({ input, output, cache_read, cache_write, reasoning }: Row): Usage | undefined {
  if (input === null || output === null) return undefined;
  return {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cache_read ?? 0,
    cacheWriteTokens: cache_write ?? 0,
    ...(reasoning === null ? {} : { reasoningTokens: reasoning }),
  };
}
