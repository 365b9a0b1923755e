import { z } from 'zod';
import type { AppState } from '../../../preload/contract.ts';
import { type ModelRulesChange, type ModelsView, modelRules } from '../../../preload/models-view.ts';
import { type RouteQuestion, type RouteView, routeQuestion } from '../../../preload/route-view.ts';
import type { LogTail } from '../../journal/log-tail.ts';
import { type EventStreams, topics } from './event-streams.ts';
import type { Handlers, RouteSpec } from './route.ts';

/** What is asked of the whole. */
export interface OverviewCalls {
  state(): AppState;
  /** Where a request would go now and why. */
  explainRoute(question: RouteQuestion): RouteView;
  models: {
    view(): ModelsView;
    save(change: ModelRulesChange): Promise<void>;
  };
  /** The Prometheus text format. */
  metrics(): Promise<string>;
  events: Pick<EventStreams, 'open'>;
  logs: LogTail;
  /** The description of these very routes. */
  openApi(): object;
}

const group = 'Overview';
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';
const defaultLines = 200;
const secondMs = 1_000;

const topicList = z
  .string()
  .max(100)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(topics)).min(1));

export const overviewSpecs = {
  state: {
    ...{ method: 'GET', path: '/state', group, summary: 'Everything that the window shows' },
    answer: { status: 200, about: 'AppState' },
  },
  events: {
    ...{ method: 'GET', path: '/events', group },
    summary:
      'Live server-sent events: state (a snapshot) and then patch (the parts that changed, whole), request for each request that ended, log for each log line, end before the gateway stops',
    query: z.strictObject({ topics: topicList.default(['state', 'requests']).describe('state, requests, logs') }),
    answer: { status: 200, about: 'A stream with a comment every 15 seconds', type: 'text/event-stream' },
  },
  logs: {
    ...{ method: 'GET', path: '/logs', group, summary: 'The latest lines of the log, the oldest first' },
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(2_000).default(defaultLines),
      after: z.coerce
        .number()
        .min(0)
        .optional()
        .describe('Only lines after this time, in seconds since the Unix epoch'),
    }),
    answer: { status: 200, about: 'lines, line-count and latest-timestamp, as in CLIProxyAPI' },
  },
  route: {
    ...{ method: 'GET', path: '/route', group, summary: 'Where a request would go now, and why', query: routeQuestion },
    answer: { status: 200, about: 'RouteView' },
  },
  models: {
    ...{ method: 'GET', path: '/models', group, summary: 'The models that can be asked for, and their rules' },
    answer: { status: 200, about: 'ModelsView' },
  },
  modelRules: {
    ...{ method: 'PUT', path: '/models/rules', group },
    summary: 'Keeps mappings, aliases and chains in the settings: each is optional and replaces its whole list',
    body: modelRules,
    answer: { status: 204, about: 'In force' },
  },
  metrics: {
    ...{ method: 'GET', path: '/metrics', group, summary: 'Figures for Prometheus' },
    answer: { status: 200, about: 'The Prometheus text format', type: metricsType },
  },
  openApi: {
    ...{ method: 'GET', path: '/openapi.json', group, summary: 'This description' },
    answer: { status: 200, about: 'OpenAPI 3.1' },
  },
} as const satisfies Record<string, RouteSpec>;

export function overviewHandlers(calls: OverviewCalls): Handlers<typeof overviewSpecs> {
  return {
    state: () => calls.state(),
    events({ query, req, res }) {
      // HEAD has no body that could go on.
      if (req.method !== 'HEAD') calls.events.open(res, query.topics);
    },
    logs({ query: { limit, after } }) {
      const lines = calls.logs.lines(limit, after === undefined ? undefined : (after + 1) * secondMs - 1);
      const latest = lines.at(-1)?.at;
      return {
        lines: lines.map(({ text }) => text),
        'line-count': lines.length,
        'latest-timestamp': latest === undefined ? (after ?? 0) : Math.floor(latest / secondMs),
      };
    },
    route: ({ query }) => calls.explainRoute(query),
    models: () => calls.models.view(),
    modelRules: ({ body }) => calls.models.save(body),
    async metrics({ res }) {
      res.type(metricsType).send(await calls.metrics());
    },
    openApi: () => calls.openApi(),
  };
}
