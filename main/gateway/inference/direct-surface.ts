import { modelFromPath } from './model-path.ts';
import type { InferenceRoute, Surface } from './surface.ts';

const chat: InferenceRoute = { wireFormat: 'openai-chat', operation: 'generate' };
const responses: InferenceRoute = { wireFormat: 'openai-responses', operation: 'generate' };
const compact: InferenceRoute = { wireFormat: 'openai-responses', operation: 'compact' };
const messages: InferenceRoute = { wireFormat: 'anthropic', operation: 'generate' };
const messageCount: InferenceRoute = { wireFormat: 'anthropic', operation: 'count-tokens' };

/** With and without `/v1`, since tools differ in what they take for a base URL. */
const routes: ReadonlyMap<string, InferenceRoute> = new Map(
  Object.entries({
    '/messages': messages,
    '/messages/count_tokens': messageCount,
    '/chat/completions': chat,
    '/completions': chat,
    '/responses': responses,
    '/responses/compact': compact,
  }).flatMap(([path, route]) => [
    [path, route],
    [`/v1${path}`, route],
  ]),
);

/** The plain API routes, for tools that are pointed at the gateway itself: requests pass as they are. */
export function createDirectSurface(): Surface {
  return {
    id: 'direct',
    match: (method, path) => (method === 'POST' ? (routes.get(path) ?? geminiRoute(path)) : undefined),
    resolveModel: (asked) => ({ model: asked, mapped: false }),
    adaptRequest: (_route, body) => ({ body, changed: [] }),
    adaptHeaders: (headers) => headers,
    rewriter: () => undefined,
  };
}

/** `/v1beta/models/<model>:<action>`, and what Vertex clients write in front of `/models/`. */
const geminiPath = /^\/v1(?:beta1?)?\/(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?models\//;

const geminiActions: ReadonlyMap<string, Pick<InferenceRoute, 'operation'> & { stream: boolean }> = new Map(
  Object.entries({
    generateContent: { operation: 'generate', stream: false },
    streamGenerateContent: { operation: 'generate', stream: true },
    countTokens: { operation: 'count-tokens', stream: false },
  }),
);

/** The route of a Gemini path behind any prefix; undefined for other actions, such as embeddings. */
function geminiRoute(path: string): InferenceRoute | undefined {
  if (!geminiPath.test(path)) return undefined;
  const named = modelFromPath(path);
  const action = named && geminiActions.get(named.action);
  if (!action) return undefined;
  const { operation, stream } = action;
  return { wireFormat: 'gemini', operation, path: { model: named.model, stream } };
}
