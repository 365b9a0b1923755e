import type { Account, Secret } from '../../accounts/account.ts';
import { addSystemLine } from '../../protocols/anthropic/system-line.ts';
import { applyThinking } from '../../protocols/anthropic/thinking.ts';
import { BodyDraft } from '../../protocols/body-draft.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderEndpoints, ProviderRequest, UpstreamCall, UpstreamHeaders } from '../contract.ts';
import { ownHeaders } from '../own-headers.ts';
import { betaHeader, betasInHeader, neededBetas, oauthBeta, takeBetas, withoutLongContext } from './betas.ts';
import { claudeModelList } from './models.ts';

/** The version of the API that the body rules here belong to; a client that names another one knows why. */
const apiVersion = '2023-06-01';

/** What calls are made with besides what they are given. */
interface CallParts {
  /** How the product names itself. */
  userAgent: string;
  baseUrl(text: string): BaseUrl;
}

/** Builds the call of the Messages API. Throws JsonSyntaxError when the body is not a JSON object. */
export function prepareCall(
  request: ProviderRequest,
  account: Account,
  secret: Secret,
  endpoints: ProviderEndpoints,
  { userAgent, baseUrl }: CallParts,
): UpstreamCall {
  const token = secret.accessToken ?? secret.apiKey ?? '';
  const isSubscription = isAccessToken(token, account);
  const draft = new BodyDraft(request.body, request.members);
  const bodyBetas = takeBetas(draft);
  editBody(draft, request, account, isSubscription);
  const own = ownHeaders(account);
  const betas = betaHeader(
    isSubscription ? withoutLongContext(betasInHeader(request.headers)) : betasInHeader(request.headers),
    bodyBetas,
    neededBetas(draft),
    request.betas ?? [],
    betasInHeader(own),
    isSubscription ? [oauthBeta] : [],
  );
  const headers = forwardedHeaders(request.headers, userAgent);
  if (isSubscription) headers.authorization = `Bearer ${token}`;
  else headers['x-api-key'] = token;
  Object.assign(headers, own);
  if (betas !== undefined) headers['anthropic-beta'] = betas;
  const { origin, path } = baseUrl(endpoints.api);
  return { origin, path: path.replace(/\/v1$/, '') + routeOf(request), method: 'POST', headers, body: draft.finish() };
}

/** Access tokens of subscriptions carry `sk-ant-oat`, wherever they were entered; API keys start with `sk-ant-api`. */
function isAccessToken(token: string, account: Account): boolean {
  return account.kind === 'oauth' || token.includes('sk-ant-oat');
}

/** Only what the upstream needs to take the request; all other bytes stay as the client wrote them. */
function editBody(draft: BodyDraft, request: ProviderRequest, account: Account, isSubscription: boolean): void {
  if (draft.text('model') !== request.model) draft.set('model', JSON.stringify(request.model));
  if (isSubscription) addSystemLine(draft);
  const { maxOutput, thinking } = request.info ?? claudeModelList.modelInfo(account, request.model);
  const isGeneration = request.operation === 'generate';
  const wanted = isGeneration ? draft.value('max_tokens') : undefined;
  const maxTokens = typeof wanted === 'number' ? wanted : maxOutput;
  if (!isGeneration && request.translatedFrom) for (const name of notCounted) draft.remove(name);
  // Counting tokens refuses the field, generating demands it.
  if (isGeneration && (wanted === undefined || wanted === null)) draft.set('max_tokens', String(maxOutput));
  if (request.thinking && thinking) applyThinking(draft, request.thinking, thinking, maxTokens);
}

/** What a rendered request has for its answer, which counting tokens refuses. */
const notCounted = [
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
];

/** Behind whatever path the base URL has; a base that ends in /v1 does not double it. */
function routeOf({ operation, query }: ProviderRequest): string {
  const route = operation === 'count-tokens' ? '/v1/messages/count_tokens' : '/v1/messages';
  return query ? `${route}?${query}` : route;
}

/**
 * What goes on of the client's headers: nothing but these. The answer is asked for unencoded, because usage is read from
 * it as it passes and unpacking a stream costs more than the bytes it saves.
 */
function forwardedHeaders(client: UpstreamHeaders, userAgent: string): Record<string, string> {
  const clientAgent = text(client['user-agent']);
  const isClaudeCode = clientAgent !== undefined && /^claude-(cli|code)\//.test(clientAgent);
  const app = isClaudeCode ? text(client['x-app']) : undefined;
  const session = text(client['x-claude-code-session-id']);
  const headers: Record<string, string> = {
    accept: text(client.accept) ?? 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'anthropic-version': text(client['anthropic-version']) ?? apiVersion,
    'user-agent': isClaudeCode ? clientAgent : userAgent,
  };
  if (app !== undefined) headers['x-app'] = app;
  if (session !== undefined) headers['x-claude-code-session-id'] = session;
  return headers;
}

function text(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value.join(', ') : value) || undefined;
}
