import type { Account, Secret } from '../../accounts/account.ts';
import { BodyDraft } from '../../protocols/body-draft.ts';
import { FieldError } from '../../protocols/features.ts';
import { findMember, removeMembers } from '../../protocols/json-edit.ts';
import { renamePreviewSearch, says } from '../../protocols/openai-responses/body-edits.ts';
import { editInput } from '../../protocols/openai-responses/input-edits.ts';
import { claudeRedacted } from '../../protocols/openai-responses/reasoning-carrier.ts';
import { signatureFamily } from '../../protocols/signatures.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderEndpoints, ProviderRequest, UpstreamCall } from '../contract.ts';
import { ensureCacheKey } from '../openai/cache-key.ts';
import { effortOf, setResponsesEffort } from '../openai/effort.ts';
import { ownHeaders } from '../own-headers.ts';
import { subscriptionBase } from './endpoints.ts';
import { flattenTools } from './flat-tools.ts';
import { xaiModelList } from './models.ts';

/** What calls are made with besides what they are given. */
interface CallParts {
  /** How the product names itself. */
  userAgent: string;
  baseUrl(text: string): BaseUrl;
}

/** Fields that xAI refuses. */
const refusedFields = ['prompt_cache_retention', 'safety_identifier', 'stream_options', 'stop'] as const;

/**
 * Builds the call of xAI's Responses API: subscriptions are served at another host than API keys. Throws JsonSyntaxError
 * when the body is not a JSON object, FieldError for what it cannot be asked.
 */
export function prepareCall(
  request: ProviderRequest,
  account: Account,
  { accessToken, apiKey }: Secret,
  endpoints: ProviderEndpoints,
  { userAgent, baseUrl }: CallParts,
): UpstreamCall {
  const draft = new BodyDraft(request.body, request.members);
  if (says(draft, 'previous_response_id')) {
    const why = 'previous_response_id is not supported by Grok: send the whole conversation';
    throw new FieldError('previous_response_id', why);
  }
  const dropped = refusedFields.filter((field) => says(draft, field));
  for (const field of [...refusedFields, 'previous_response_id']) draft.remove(field);
  const foreign = editInput(draft, { isStateless: false, takesReasoning: isNobodyElses });
  const left = editBody(draft, request, account);
  const isGrouped = flattenTools(draft);
  const cacheKey = ensureCacheKey(draft, request);
  const isSubscription = account.kind === 'oauth';
  const isCompaction = request.operation === 'compact';
  // Only API keys' host shortens conversations.
  const base = isSubscription && !isCompaction ? subscriptionBase(endpoints.api) : endpoints.api;
  const { origin, path } = baseUrl(base);
  const headers: Record<string, string> = {
    accept: request.stream ? 'text/event-stream' : 'application/json',
    // Usage is read from the answer as it passes, and unpacking costs more than the bytes it saves.
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': userAgent,
    authorization: `Bearer ${accessToken ?? apiKey ?? ''}`,
    ...(isSubscription ? { 'x-xai-token-auth': 'xai-grok-cli' } : {}),
    ...(cacheKey === undefined ? {} : { 'x-grok-conv-id': cacheKey }),
    ...ownHeaders(account),
  };
  return {
    origin,
    path: `${path}/responses${isCompaction ? '/compact' : ''}`,
    method: 'POST',
    headers,
    body: draft.finish(),
    ...(isGrouped ? { answer: { isRewritten: true } } : {}),
    dropped: [...dropped, ...foreign, ...left],
  };
}

/** xAI encrypts reasoning in a way of its own, which no other family's looks like. */
function isNobodyElses(encrypted: string): boolean {
  return signatureFamily(encrypted) === undefined && claudeRedacted.read(encrypted) === undefined;
}

/** Returns the fields that this model does not take. */
function editBody(draft: BodyDraft, request: ProviderRequest, account: Account): string[] {
  if (draft.text('model') !== request.model) draft.set('model', JSON.stringify(request.model));
  renamePreviewSearch(draft);
  const { thinking } = request.info ?? xaiModelList.modelInfo(account, request.model);
  if (thinking && thinking.levels.length === 0) return withoutEffort(draft);
  if (request.thinking) setResponsesEffort(draft, effortOf(request.thinking, thinking));
  return [];
}

function withoutEffort(draft: BodyDraft): string[] {
  const reasoning = draft.find('reasoning');
  if (!reasoning || draft.json[reasoning.start] !== 0x7b) return [];
  if (!findMember(draft.json, 'effort', reasoning.start)) return [];
  draft.edit(...removeMembers(draft.json, ['effort'], reasoning.start));
  return ['reasoning.effort'];
}
