import { systemClock } from '../../main/clock.ts';
import { createStoreHost } from '../../main/journal/store/host.ts';
import type { PortOptions, StorePort } from '../../main/journal/store/port.ts';
import { loadSqlite } from '../../main/journal/store/sqlite-driver.ts';

/** Works on the journal's file in this very thread: the program's own thread exists only as part of the build. */
export function openLocalPort(options: PortOptions): StorePort {
  const host = createStoreHost({ ...options, loadDriver: loadSqlite, clock: systemClock, onIdle: () => {} });
  return {
    ask: async (request) => host.handle(request),
    close: async () => host.close(),
  };
}
