import { NotKnown } from './arguments.ts';
import type { Handlers, RouteSpec } from './route.ts';

export interface DashboardCalls {
  /** A link that lets one browser in, once; undefined where there is no dashboard. */
  dashboardLink(): { url: string; expiresAt: number } | undefined;
}

export const dashboardSpecs = {
  link: {
    ...{ method: 'POST', path: '/dashboard/links', group: 'Dashboard', onlyLocal: true },
    summary: 'A link into the dashboard, which works once and for ten minutes',
    answer: { status: 201, about: 'url, and expiresAt in milliseconds since the Unix epoch' },
  },
} as const satisfies Record<string, RouteSpec>;

export function dashboardHandlers(calls: DashboardCalls): Handlers<typeof dashboardSpecs> {
  return {
    link() {
      const link = calls.dashboardLink();
      if (link) return link;
      throw new NotKnown('There is no dashboard: it is switched off, or this Fusebox has a window of its own');
    },
  };
}
