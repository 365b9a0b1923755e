import type { Account, Secret } from '../../accounts/account.ts';
import { BodyDraft } from '../../protocols/body-draft.ts';
import { applyEffort } from '../../protocols/openai-responses/body-edits.ts';
import { editInput, isGptReasoning, isNoOtherReasoning } from '../../protocols/openai-responses/input-edits.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ModelInfo, ProviderEndpoints, ProviderRequest, UpstreamCall } from '../contract.ts';
import { ownHeaders } from '../own-headers.ts';

/** What calls are made with besides what they are given. */
export interface ResponsesCallParts {
  /** How the product names itself. */
  userAgent: string;
  baseUrl(text: string): BaseUrl;
  modelInfo(account: Account, model: string): ModelInfo;
}

/**
 * Builds the call of OpenAI's public Responses API, or of another host's that takes the same. Throws JsonSyntaxError when
 * the body is not a JSON object.
 */
export function prepareResponsesCall(
  request: ProviderRequest,
  account: Account,
  secret: Secret,
  endpoints: ProviderEndpoints,
  { userAgent, baseUrl, modelInfo }: ResponsesCallParts,
): UpstreamCall {
  const draft = new BodyDraft(request.body, request.members);
  if (draft.text('model') !== request.model) draft.set('model', JSON.stringify(request.model));
  // Another host behind this API may sign reasoning in a way of its own.
  const takesReasoning = account.baseUrl === undefined ? isGptReasoning : isNoOtherReasoning;
  const dropped = editInput(draft, { isStateless: false, takesReasoning });
  const { thinking } = modelInfo(account, request.model);
  const changed = request.thinking ? applyEffort(draft, request.thinking, thinking) : [];
  const { origin, path } = baseUrl(endpoints.api);
  const headers: Record<string, string> = {
    accept: request.stream ? 'text/event-stream' : 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': userAgent,
    authorization: `Bearer ${secret.apiKey ?? secret.accessToken ?? ''}`,
    ...ownHeaders(account),
  };
  return { origin, path: `${path}/responses`, method: 'POST', headers, body: draft.finish(), dropped, changed };
}
