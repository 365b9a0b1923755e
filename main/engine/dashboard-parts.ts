import type { Engine } from '../engine.ts';
import { createDashboard, type Dashboard } from '../gateway/dashboard.ts';
import type { EventStreams } from '../gateway/management/event-streams.ts';
import type { EngineOptions } from './engine-options.ts';

export interface DashboardParts {
  /** Asked for when a browser comes: the routes are made before the engine is whole. */
  engine(): Engine;
  options: Pick<EngineOptions, 'clock' | 'settings' | 'log' | 'dataDir' | 'platform' | 'dashboard'>;
  events: EventStreams;
}

/** The window for browsers, where this engine offers it. */
export function openDashboard({ engine, options, events }: DashboardParts): Dashboard | undefined {
  const { clock, settings, log, dataDir, platform, dashboard } = options;
  if (!dashboard) return undefined;
  const rules = () => settings.current()['remote-management'];
  const made = createDashboard({
    clock,
    events,
    pages: dashboard.pages,
    isOff: () => rules()['disable-control-panel'],
    allowsRemote: () => rules()['allow-remote'],
    async calls() {
      const { dashboardCalls } = await import('./calls/dashboard-calls.ts');
      return dashboardCalls({
        engine: engine(),
        dataDir,
        settings: { settings, system: { desktop: false, tray: false, platform }, file: dashboard.settingsFile },
        onError: (what, error) => log.logger.error({ err: error }, what),
      });
    },
    log: log.logger,
  });
  let before = rules();
  settings.onChange(() => {
    const now = rules();
    const isStricter = now['disable-control-panel'] || (before['allow-remote'] && !now['allow-remote']);
    before = now;
    if (isStricter) made.endSessions();
  });
  return made;
}

/** `origin`: where this machine reaches the gateway; undefined while it does not run. */
export function linkInto(
  dashboard: Dashboard,
  origin: string | undefined,
): { url: string; expiresAt: number } | undefined {
  if (origin === undefined || dashboard.isOff()) return undefined;
  const { path, expiresAt } = dashboard.newLink();
  return { url: origin + path, expiresAt };
}
