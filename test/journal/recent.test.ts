import { describe, expect, it } from 'vitest';
import { createJournal } from '../../main/journal/recent.ts';
import type { RequestRecord } from '../../main/journal/record.ts';

function record(id: string): RequestRecord {
  return {
    id,
    startedAt: 0,
    tool: 'Amp CLI',
    path: '/',
    route: 'local',
    reason: '',
    attempts: [],
    status: 200,
    totalMs: 1,
  };
}

const ids = (records: RequestRecord[]) => records.map(({ id }) => id).join('');

describe('the journal of recent requests', () => {
  it('gives the latest first, and as many as there are', () => {
    const journal = createJournal({ capacity: 10 });
    expect(journal.recent(5)).toEqual([]);
    for (const id of 'abc') journal.add(record(id));
    expect(ids(journal.recent(2))).toBe('cb');
    expect(ids(journal.recent(50))).toBe('cba');
    expect(journal.recent(0)).toEqual([]);
    expect(journal.recent(-1)).toEqual([]);
  });

  it('forgets the oldest beyond its capacity', () => {
    const journal = createJournal({ capacity: 3 });
    for (const id of 'abcdefgh') {
      journal.add(record(id));
    }
    expect(ids(journal.recent(10))).toBe('hgf');
  });

  it('tells its listeners of each record until they leave, and a listener may leave while being told', () => {
    const journal = createJournal({ capacity: 3 });
    const seen: string[] = [];
    const stop = journal.onRecord(({ id }) => {
      seen.push(`1${id}`);
      stop();
    });
    const stopSecond = journal.onRecord(({ id }) => seen.push(`2${id}`));
    journal.add(record('a'));
    journal.add(record('b'));
    stopSecond();
    journal.add(record('c'));
    expect(seen).toEqual(['1a', '2a', '2b']);
  });
});
