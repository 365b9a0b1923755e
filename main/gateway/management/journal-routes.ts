import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
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
import { exportText, usageCsv } from '../../journal/export.ts';
import { NotKnown } from './arguments.ts';
import { usageStatistics } from './cliproxy/usage-statistics.ts';
import type { Handlers, RouteSpec } from './route.ts';

/** What scripts and the command line read of the journal. */
export interface JournalCalls {
  page(query: PageQuery): Promise<RequestPage>;
  find(id: string): Promise<JournaledRequest | undefined>;
  choices(): Promise<JournalChoices>;
  usage(query: UsageQuery): Promise<UsageView>;
  /** Latest first, a page at a time. */
  all(filter: RequestFilter): AsyncIterable<readonly JournaledRequest[]>;
}

const group = 'Journal and usage';

/** Questions stand in the query. */
export const journalSpecs = {
  page: {
    ...{ method: 'GET', path: '/journal', group, summary: 'A page of requests, latest first', query: pageQuery },
    answer: { status: 200, about: 'RequestPage; its next is before of the page that follows' },
  },
  choices: {
    ...{ method: 'GET', path: '/journal/choices', group, summary: 'The tools, accounts and models that occur' },
    answer: { status: 200, about: 'JournalChoices' },
  },
  export: {
    ...{ method: 'GET', path: '/journal/export', group, summary: 'All that the filters mean, as a stream' },
    query: exportQuery,
    answer: { status: 200, about: 'CSV, or a JSON array of JournaledRequest', type: 'text/csv' },
  },
  record: {
    ...{ method: 'GET', path: '/journal/{id}', group },
    summary: 'One request with its whole trail, by the x-fusebox-request-id of its answer',
    answer: { status: 200, about: 'JournaledRequest' },
  },
  usage: {
    ...{ method: 'GET', path: '/usage', group, summary: 'Sums by time and by tool, account, model, format or outcome' },
    query: usageQuery.extend({ format: z.enum(['json', 'csv']).default('json') }),
    answer: {
      status: 200,
      about: "UsageView, or its rows as CSV; without any question also CLIProxyAPI's usage and failed_requests",
    },
  },
} as const satisfies Record<string, RouteSpec>;

export function journalHandlers(journal: JournalCalls): Handlers<typeof journalSpecs> {
  return {
    page: ({ query }) => journal.page(query),
    choices: () => journal.choices(),
    async export({ query: { format, ...filter }, res }) {
      res.type(format === 'csv' ? 'text/csv' : 'application/json');
      // Whoever asked may leave half-way; then there is nobody to tell.
      await pipeline(Readable.from(exportText(format, journal.all(filter))), res).catch(() => {});
    },
    async record({ params: { id = '' } }) {
      const found = await journal.find(id);
      if (!found) throw new NotKnown('There is no such request in the journal');
      return found;
    },
    async usage({ query: { format, ...query }, req, res }) {
      const view = await journal.usage(query);
      if (format === 'csv') return void res.type('text/csv').send(usageCsv(view, query.by));
      return req.url.includes('?') ? view : { ...view, ...(await usageStatistics(journal)) };
    },
  };
}
