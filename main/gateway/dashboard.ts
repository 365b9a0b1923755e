import type { Clock } from '../clock.ts';
import type { RequestContext } from './context.ts';
import { createEntrance } from './dashboard/entrance.ts';
import type { DashboardCalls } from './dashboard/routes.ts';
import { createSessions } from './dashboard/sessions.ts';
import { GatewayError } from './errors.ts';
import type { EventStreams } from './management/event-streams.ts';
import { refuse } from './refuse.ts';

/** Whether a path is the dashboard's, which lets browsers in by a link and a cookie instead of a key. */
export function isDashboardPath(path: string): boolean {
  return path === '/ui' || path.startsWith('/ui/');
}

export interface DashboardDeps {
  clock: Clock;
  /** Folder of the built window. */
  pages: string;
  /** Whether it is switched off. */
  isOff(): boolean;
  /** Whether peers on other machines may come in with a link. */
  allowsRemote(): boolean;
  events: Pick<EventStreams, 'open'>;
  /** Loaded when a browser comes for the first time. */
  calls(): Promise<DashboardCalls>;
  log: { error(fields: object, message: string): void };
}

/** The window in a browser: docs/dashboard.md. */
export interface Dashboard {
  handle(ctx: RequestContext): void;
  isOff(): boolean;
  /** Ends every session: who may come in has changed. */
  endSessions(): void;
  /** Path and query of a link that lets one browser in, once, until `expiresAt` in milliseconds since the Unix epoch. */
  newLink(): { path: string; expiresAt: number };
}

/** Hardly anything of it is loaded, or held in memory, before a browser asks for it. */
export function createDashboard(deps: DashboardDeps): Dashboard {
  const entrance = createEntrance(deps.clock);
  const sessions = createSessions(deps.clock);
  const load = async () => {
    const [{ createDashboardRoutes }, calls] = await Promise.all([import('./dashboard/routes.ts'), deps.calls()]);
    return createDashboardRoutes({ ...deps, entrance, sessions, calls });
  };
  let routes: ReturnType<typeof load> | undefined;
  const answer = async (ctx: RequestContext) => {
    if (deps.isOff()) return showPage(ctx, 'off');
    if (!ctx.peerIsLoopback && !deps.allowsRemote()) return showPage(ctx, 'remote');
    routes ??= load().catch((error: unknown) => {
      // As while the program is being replaced: it may be there for the next request.
      routes = undefined;
      throw error;
    });
    await (await routes)(ctx);
  };
  return {
    isOff: deps.isOff,
    endSessions: sessions.end,
    newLink() {
      const { value, expiresAt } = entrance.issue();
      return { path: `/ui/enter?token=${value}`, expiresAt };
    },
    handle(ctx) {
      answer(ctx).catch((error: unknown) => {
        const known = error instanceof GatewayError ? error : new GatewayError('internal_error', { cause: error });
        if (known.code === 'internal_error') deps.log.error({ err: error }, 'A request of the dashboard failed');
        refuse(ctx, known);
      });
    },
  };
}

async function showPage({ req, res }: RequestContext, page: 'off' | 'remote'): Promise<void> {
  const { plainPages, showPlainPage } = await import('./dashboard/plain-page.ts');
  showPlainPage(req, res, plainPages[page]);
}
