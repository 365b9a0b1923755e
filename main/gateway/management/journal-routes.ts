import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import {
  exportQuery,
  type JournalChoices,
  type JournaledRequest,
  type PageQuery,
  pageQuery,
  type RequestFilter,
  type RequestPage,
} from '../../../preload/journal-view.ts';
import { type UsageQuery, type UsageView, usageQuery } from '../../../preload/usage-view.ts';
import { exportText } from '../../journal/export.ts';
import { NotKnown, read } from './arguments.ts';

/** What scripts and the command line read of the journal. */
export interface JournalCalls {
  page(query: PageQuery): Promise<RequestPage>;
  find(id: string): Promise<JournaledRequest | undefined>;
  choices(): Promise<JournalChoices>;
  usage(query: UsageQuery): Promise<UsageView>;
  /** Latest first, a page at a time. */
  all(filter: RequestFilter): AsyncIterable<readonly JournaledRequest[]>;
}

/** `/v0/management/journal`. Questions stand in the query. */
export function journalRoutes(journal: JournalCalls): Router {
  const router = Router();
  router.get('/', async (req, res) => void res.json(await journal.page(read(pageQuery, questionOf(req)))));
  router.get('/choices', async (_req, res) => void res.json(await journal.choices()));
  router.get('/export', async (req, res) => {
    const { format, ...filter } = read(exportQuery, questionOf(req));
    res.type(format === 'csv' ? 'text/csv' : 'application/json');
    // Whoever asked may leave half-way; then there is nobody to tell.
    await pipeline(Readable.from(exportText(format, journal.all(filter))), res).catch(() => {});
  });
  router.get('/:id', async (req, res) => {
    const found = await journal.find(req.params.id);
    if (!found) throw new NotKnown('There is no such request in the journal');
    res.json(found);
  });
  return router;
}

/** `/v0/management/usage`. */
export function usageRoutes(journal: Pick<JournalCalls, 'usage'>): Router {
  const router = Router();
  router.get('/', async (req, res) => void res.json(await journal.usage(read(usageQuery, questionOf(req)))));
  return router;
}

function questionOf(req: Request): Record<string, string> {
  return Object.fromEntries(new URL(req.url, 'http://local').searchParams);
}
