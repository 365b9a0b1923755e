import { modelLists } from '../protocols/index.ts';
import type { ListedModel } from '../protocols/models-list.ts';
import type { WireFormatId } from '../protocols/wire-format.ts';
import type { RequestContext } from './context.ts';
import { GatewayError } from './errors.ts';
import { refuse } from './refuse.ts';

export interface ModelsDeps {
  /** Models that some account serves now. */
  list(): readonly ListedModel[];
}

interface ModelRoute {
  format: WireFormatId;
  /** Absent: the whole list. */
  id?: string;
}

/** Answers the lists of models, plain and under Amp's provider aliases; false for any other request. */
export function answerModelRequest(ctx: RequestContext, deps: ModelsDeps): boolean {
  if (ctx.req.method !== 'GET' && ctx.req.method !== 'HEAD') return false;
  const route = matchModelRoute(ctx);
  if (!route) return false;
  const models = deps.list();
  const renderer = modelLists[route.format];
  if (route.id === undefined) send(ctx, renderer.list(models));
  else {
    const model = models.find(({ id }) => id === route.id);
    if (model) send(ctx, renderer.one(model));
    else refuse(ctx, new GatewayError('model_not_found', { detail: route.id.slice(0, 200), param: 'model' }));
  }
  return true;
}

/** The list's shape follows the alias (amp.md: anthropic and google have their own, all others OpenAI's) or the caller. */
function matchModelRoute(ctx: RequestContext): ModelRoute | undefined {
  const match = /^(?:\/api\/provider\/([^/]+))?\/(?:(v1|v1beta)\/)?models(?:\/(.+))?$/.exec(ctx.path);
  if (!match) return undefined;
  const [, provider, version, id] = match;
  if (provider === undefined && version === undefined) return undefined;
  const format =
    version === 'v1beta' ? 'gemini' : provider === undefined ? formatOfCaller(ctx) : formatOfProvider(provider);
  return id === undefined ? { format } : { format, id: decode(id) };
}

function formatOfProvider(provider: string): WireFormatId {
  const name = provider.toLowerCase();
  if (name === 'anthropic') return 'anthropic';
  return name === 'google' ? 'gemini' : 'openai-chat';
}

function formatOfCaller({ req }: RequestContext): WireFormatId {
  const { headers } = req;
  if (headers['anthropic-version'] !== undefined || headers['user-agent']?.startsWith('claude-cli')) return 'anthropic';
  return headers['x-goog-api-key'] === undefined ? 'openai-chat' : 'gemini';
}

function decode(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function send({ req, res }: RequestContext, body: string): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
  res.end(req.method === 'HEAD' ? undefined : body);
}
