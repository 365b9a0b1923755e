import { modelFromPath } from '../gateway/inference/model-path.ts';
import type { InferenceRoute, RewriteContext, Surface } from '../gateway/inference/surface.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { ModelMapping } from './model-mapping.ts';
import { advertisedTools } from './rewriting/advertised-tools.ts';
import { filterBetas } from './rewriting/beta-header.ts';
import { cleanRequest } from './rewriting/request.ts';
import { createResponseRewriter, needsRewriting } from './rewriting/response.ts';

const prefix = '/api/provider/';

const generate = (wireFormat: WireFormatId): InferenceRoute => ({ wireFormat, operation: 'generate' });

/** What follows `/api/provider/<name>`; the name is free text and does not choose the backend. Shown in docs/amp.md. */
export const aliasSuffixes: ReadonlyMap<string, InferenceRoute> = new Map<string, InferenceRoute>([
  ['/chat/completions', generate('openai-chat')],
  ['/v1/chat/completions', generate('openai-chat')],
  ['/completions', generate('openai-chat')],
  ['/v1/completions', generate('openai-chat')],
  ['/responses', generate('openai-responses')],
  ['/v1/responses', generate('openai-responses')],
  ['/responses/compact', { wireFormat: 'openai-responses', operation: 'compact' }],
  ['/v1/responses/compact', { wireFormat: 'openai-responses', operation: 'compact' }],
  ['/v1/messages', generate('anthropic')],
  ['/v1/messages/count_tokens', { wireFormat: 'anthropic', operation: 'count-tokens' }],
]);

export interface AmpSurfaceDeps {
  mapping(): ModelMapping;
  fallback: NonNullable<Surface['fallback']>;
}

/** The routes of Amp's own provider aliases, with what Amp's clients need changed on the way to and from local accounts. */
export function createAmpSurface(deps: AmpSurfaceDeps): Surface {
  return {
    id: 'amp',
    match: (method, path) => (method === 'POST' && path.startsWith(prefix) ? matchAlias(path) : undefined),
    resolveModel: (asked, canServe) => deps.mapping().resolve(asked, canServe),
    adaptRequest: (route, body) => (route.wireFormat === 'anthropic' ? cleanRequest(body) : { body, changed: [] }),
    adaptHeaders: withoutLongContext,
    rewriter,
    fallback: deps.fallback,
  };
}

function matchAlias(path: string): InferenceRoute | undefined {
  const end = path.indexOf('/', prefix.length);
  if (end < 0) return undefined;
  const suffix = path.slice(end);
  const known = aliasSuffixes.get(suffix);
  if (known || !/^\/v1beta1?\//.test(suffix)) return known;
  const named = modelFromPath(path);
  if (!named) return undefined;
  return {
    wireFormat: 'gemini',
    operation: named.action === 'countTokens' ? 'count-tokens' : 'generate',
    path: { model: named.model, stream: named.action.startsWith('stream') },
  };
}

/** Subscriptions do not include the 1M-token context that Amp asks for (seeds, "context-1m"). */
function withoutLongContext(headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]> {
  const { 'anthropic-beta': betas, ...rest } = headers;
  if (betas === undefined) return headers;
  const { value } = filterBetas(betas);
  return value === undefined ? rest : { ...rest, 'anthropic-beta': value };
}

function rewriter({ wireFormat, stream, askedModel, servedModel, provider, body }: RewriteContext) {
  if (!needsRewriting({ askedModel, servedModel, fromClaude: provider === 'claude' })) return undefined;
  return createResponseRewriter({
    format: wireFormat,
    stream,
    askedModel,
    servedModel,
    advertisedTools: advertisedTools(body),
  });
}
