import type { RequestFilter } from '../../../preload/journal-view.ts';
import { outcomeOf } from '../../../preload/outcome.ts';
import type { AttemptRecord } from '../record.ts';
import type { SharedPart } from './batch.ts';
import type { Database } from './sqlite-driver.ts';

/** What many requests share. Absent values are empty. */
export interface Kind {
  tool: string;
  path: string;
  format: string;
  model_asked: string;
  model_served: string;
  route: string;
  account: string;
  account_id: string;
  status: number;
  outcome: string;
  problem: string;
  paid_by: string;
  amp_credit: string;
}

const columns = [
  'tool',
  'path',
  'format',
  'model_asked',
  'model_served',
  'route',
  'account',
  'account_id',
  'status',
  'outcome',
  'problem',
  'paid_by',
  'amp_credit',
] as const satisfies readonly (keyof Kind)[];

/** Names that clients choose freely are cut: nobody needs more, and the journal is not to be filled with them. */
const longest = 200;

export function kindOf(record: SharedPart): Kind {
  return {
    tool: record.tool.slice(0, longest),
    path: record.path.slice(0, longest),
    format: record.wireFormat ?? '',
    model_asked: (record.modelAsked ?? '').slice(0, longest),
    model_served: (record.modelServed ?? '').slice(0, longest),
    route: record.route,
    account: (record.accountLabel ?? '').slice(0, longest),
    account_id: accountIdOf(record),
    status: record.status,
    outcome: outcomeOf(record),
    problem: problemOf(record).slice(0, longest),
    paid_by: record.paidBy ?? '',
    amp_credit: record.ampCredit ?? '',
  };
}

/** The account that was asked last. */
function accountIdOf({ attempts, accountLabel }: SharedPart): string {
  return attempts.findLast(({ label }) => label === accountLabel)?.via ?? '';
}

/** Of what went wrong one word: a refusal's code, or the kind of the last failure. Not the upstream's sentence. */
function problemOf(record: SharedPart): string {
  if (record.route === 'refused') return record.reason;
  const last: AttemptRecord | undefined = record.attempts.at(-1);
  return last === undefined || last.outcome === 'served' ? '' : (/^[\w -]+/.exec(last.outcome)?.[0] ?? 'failed');
}

/** More kinds than this are not remembered at once; they are looked up again. */
const cached = 5_000;

/** Gives each kind its number. `forget` after a transaction that was taken back. */
export function createKinds(db: Database): { idOf(record: SharedPart): number; forget(): void } {
  const find = db.prepare(`SELECT id FROM kinds WHERE ${columns.map((name) => `${name} = ?`).join(' AND ')}`);
  const insert = db.prepare(`INSERT INTO kinds (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  const known = new Map<string, number>();
  const lookUp = (values: readonly (string | number)[]) => {
    const found = find.get(...values) as { id: number } | undefined;
    return found?.id ?? Number(insert.run(...values).lastInsertRowid);
  };
  return {
    idOf(record) {
      const kind = kindOf(record);
      const values = columns.map((name) => kind[name]);
      const key = values.join('\u0000');
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      if (known.size >= cached) known.clear();
      const id = lookUp(values);
      known.set(key, id);
      return id;
    },
    forget: () => known.clear(),
  };
}

export interface Condition {
  /** SQL over the columns of `kinds`; empty when every kind is meant. */
  sql: string;
  values: string[];
}

type KindFilter = Pick<RequestFilter, 'tool' | 'account' | 'model' | 'outcome' | 'text'>;

/** Which kinds a filter means. */
export function kindCondition({ tool, account, model, outcome, text }: KindFilter): Condition {
  const parts: Condition[] = [];
  if (tool !== undefined) parts.push({ sql: 'tool = ?', values: [tool] });
  if (account !== undefined) parts.push({ sql: '(account = ? OR account_id = ?)', values: [account, account] });
  if (model !== undefined) parts.push({ sql: '(model_asked = ? OR model_served = ?)', values: [model, model] });
  if (outcome !== undefined) parts.push({ sql: 'outcome = ?', values: [outcome] });
  for (const part of text?.split(/\s+/) ?? []) parts.push({ sql: searched, values: [`%${escapeLike(part)}%`] });
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) };
}

const searched = `(tool || ' ' || path || ' ' || model_asked || ' ' || model_served || ' ' || account || ' ' || status
  || ' ' || problem) LIKE ? ESCAPE '\\'`;

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
