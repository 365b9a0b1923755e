import { z } from 'zod';
import type { RequestRecord } from '../main/journal/record.ts';
import { outcomes } from './outcome.ts';

/** What can be asked of the journal, and what it answers. Times are in milliseconds since the Unix epoch. */

const word = z.string().trim().min(1).max(300);
/** Up to the last moment that a Date can be. */
const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

const filterFields = {
  /** As `choices` names it. */
  tool: word.optional(),
  /** Id or label. */
  account: word.optional(),
  /** As asked or as served. */
  model: word.optional(),
  outcome: z.enum(outcomes).optional(),
  /** Words that all have to stand somewhere in tool, path, models, account, status or problem; or a request's whole id. */
  text: word.optional(),
  /** Ended at this time or later. */
  since: moment.optional(),
  /** Ended before this time. */
  until: moment.optional(),
};

export const requestFilter = z.strictObject(filterFields);
export type RequestFilter = z.infer<typeof requestFilter>;

/** A page of requests, latest first; `before` is the `next` of the page before it. */
export const pageQuery = z.strictObject({
  ...filterFields,
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type PageQuery = z.infer<typeof pageQuery>;
/** The same as whoever asks writes it. */
export type PageQuestion = z.input<typeof pageQuery>;

/** A request with its place in the journal: later ones have higher numbers. */
export interface JournaledRequest extends RequestRecord {
  seq: number;
}

export interface RequestPage {
  requests: JournaledRequest[];
  /** Goes into `before` for the page that follows; absent on the last one. */
  next?: number;
}

/** The values that filters can have, each list sorted. */
export interface JournalChoices {
  tools: string[];
  accounts: string[];
  models: string[];
}

export const exportQuery = z.strictObject({ ...filterFields, format: z.enum(['csv', 'json']) });
export type ExportQuery = z.infer<typeof exportQuery>;
export type ExportFormat = ExportQuery['format'];

/** Whether requests are kept, and how the journal is doing. */
export interface JournalState {
  /** `memory`: kept until Fusebox ends, because of `problem`. */
  kind: 'file' | 'memory';
  /** What the owner should know: a file that was set aside, or why there is none. */
  problem?: string;
}
