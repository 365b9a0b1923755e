import { plainPath } from './routes.ts';

/** `classic` sends its model calls here; `cloud` (since May 2026, "Neo") runs its models in Amp's cloud. */
export type AmpClientKind = 'classic' | 'cloud';

/**
 * Which generation of Amp client a request shows, or undefined when both send such a request. Path without query.
 * Cloud clients start a thread with POST /api/thread-actors and open its socket under /actors; classic ones post their
 * model calls to /api/provider.
 */
export function detectAmpClient(method: string, path: string): AmpClientKind | undefined {
  const plain = `${plainPath(path)}/`;
  if (method === 'POST' && plain.startsWith('/api/provider/')) return 'classic';
  const cloud = ['/actors/', '/api/thread-actors/', '/api/user-actor-credentials/'];
  return cloud.some((prefix) => plain.startsWith(prefix)) ? 'cloud' : undefined;
}
