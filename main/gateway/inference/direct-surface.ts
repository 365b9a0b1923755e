import type { InferenceRoute, Surface } from './surface.ts';

const routes: ReadonlyMap<string, InferenceRoute> = new Map<string, InferenceRoute>([
  ['/v1/messages', { wireFormat: 'anthropic', operation: 'generate' }],
  ['/v1/messages/count_tokens', { wireFormat: 'anthropic', operation: 'count-tokens' }],
]);

/** The plain API routes, for tools that are pointed at the gateway itself: requests pass as they are. */
export function createDirectSurface(): Surface {
  return {
    id: 'direct',
    match: (method, path) => (method === 'POST' ? routes.get(path) : undefined),
    resolveModel: (asked) => ({ model: asked, mapped: false }),
    adaptRequest: (_route, body) => ({ body, changed: [] }),
    adaptHeaders: (headers) => headers,
    rewriter: () => undefined,
  };
}
