import { createWrapper, openRequest } from '../../protocols/gemini/envelope.ts';
import { JsonSyntaxError } from '../../protocols/json-edit.ts';
import { type InferenceRoute, readsArray, type Surface } from './surface.ts';

/** Methods of Google's Code Assist, as Gemini CLI calls them: Gemini requests in an envelope that names the model. */
const routes: ReadonlyMap<string, InferenceRoute> = new Map<string, InferenceRoute>([
  ['/v1internal:generateContent', { wireFormat: 'gemini', operation: 'generate', stream: false }],
  ['/v1internal:streamGenerateContent', { wireFormat: 'gemini', operation: 'generate', stream: true }],
  ['/v1internal:countTokens', { wireFormat: 'gemini', operation: 'count-tokens', stream: false }],
]);

/** Routes of Code Assist, for Gemini CLI with a Google sign-in. */
export function createCodeAssistSurface(): Surface {
  return {
    id: 'direct',
    match: (method, path) => (method === 'POST' ? routes.get(path) : undefined),
    resolveModel: (asked) => ({ model: asked, mapped: false }),
    adaptRequest: (_route, body) => ({ body: requestIn(body), changed: [] }),
    adaptHeaders: (headers) => headers,
    rewriter: ({ stream, query }) => createWrapper(framingOf(stream, query)),
  };
}

function framingOf(stream: boolean, query: string) {
  if (!stream) return 'body';
  return readsArray({ wireFormat: 'gemini', operation: 'generate' }, stream, query) ? 'array' : 'events';
}

/** What is no envelope stays as it is, for the upstream to refuse. */
function requestIn(body: Buffer): Buffer {
  try {
    return openRequest(body)?.request ?? body;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return body;
    throw error;
  }
}
