import type { Account, Secret } from '../../accounts/account.ts';
import { BodyDraft } from '../../protocols/body-draft.ts';
import { FieldError } from '../../protocols/features.ts';
import {
  hasTools,
  includeEncryptedReasoning,
  inputAsItems,
  renamePreviewSearch,
  says,
} from '../../protocols/openai-responses/body-edits.ts';
import { editInput, isGptReasoning } from '../../protocols/openai-responses/input-edits.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderEndpoints, ProviderRequest, UpstreamCall } from '../contract.ts';
import { ensureCacheKey } from '../openai/cache-key.ts';
import { effortOf, setResponsesEffort } from '../openai/effort.ts';
import { ownHeaders } from '../own-headers.ts';
import { callHeaders, isCodexClient } from './headers.ts';
import { chatgptModelList } from './models.ts';

/** What calls are made with besides what they are given. */
interface CallParts {
  /** How the product names itself. */
  userAgent: string;
  baseUrl(text: string): BaseUrl;
}

/** Fields that the backend refuses, or takes no notice of, whatever their value. */
const refusedFields = [
  'max_output_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'prompt_cache_retention',
  'safety_identifier',
  'user',
  'metadata',
  'stream_options',
] as const;

/** Fields that only answers have use for. */
const notOfCompaction = ['store', 'stream', 'include'] as const;

/** Fields that nothing is lost with when they have these values. */
const defaults: Readonly<Record<string, unknown>> = { truncation: 'disabled', background: false, generate: true };

/** Fields whose loss would change what the request means. */
const meaningful = {
  previous_response_id: 'nothing is stored there; send the whole conversation',
  conversation: 'nothing is stored there; send the whole conversation',
  prompt: 'it has no prompt templates; send the instructions themselves',
} as const;

/**
 * Builds the call of the Codex backend, whose answers are always streams. Throws JsonSyntaxError when the body is not a JSON object,
 * FieldError for what it cannot be asked.
 */
export function prepareCall(
  request: ProviderRequest,
  account: Account,
  { accessToken = '' }: Secret,
  endpoints: ProviderEndpoints,
  { userAgent, baseUrl }: CallParts,
): UpstreamCall {
  const draft = new BodyDraft(request.body, request.members);
  refuseMeaningful(draft);
  const dropped = [...leaveOut(draft), ...editInput(draft, { isStateless: true, takesReasoning: isGptReasoning })];
  editBody(draft, request, account);
  const cacheKey = ensureCacheKey(draft, request);
  const headers = {
    ...callHeaders(request.headers, { userAgent, cacheKey, organizationId: account.organizationId }),
    authorization: `Bearer ${accessToken}`,
    ...ownHeaders(account),
  };
  const { origin, path } = baseUrl(endpoints.api);
  const isCompaction = request.operation === 'compact';
  return {
    origin,
    path: `${path}/responses${isCompaction ? '/compact' : ''}`,
    method: 'POST',
    headers: isCompaction ? { ...headers, accept: 'application/json' } : headers,
    body: draft.finish(),
    ...(isCompaction
      ? {}
      : { answer: { stream: true, ...(isCodexClient(request.headers) ? {} : { isForCodex: true }) } }),
    ...(isCompaction || !takesSockets(account) ? {} : { overSocket }),
    dropped,
  };
}

const overSocket = { headers: { 'openai-beta': 'responses_websockets=2026-02-06' } };

/** What its credential file says. */
function takesSockets({ attributes }: Account): boolean {
  return attributes?.websockets === 'true';
}

function refuseMeaningful(draft: BodyDraft): void {
  for (const [field, why] of Object.entries(meaningful)) {
    if (says(draft, field)) throw new FieldError(field, `${field} is not supported by ChatGPT (Codex): ${why}`);
  }
  if (draft.value('background') === true)
    throw new FieldError('background', 'background is not supported by ChatGPT (Codex)');
}

/** Removes what the backend refuses; returns what a client would miss. */
function leaveOut(draft: BodyDraft): string[] {
  const present = refusedFields.filter((field) => draft.find(field));
  const unusual = Object.keys(defaults).filter((field) => says(draft, field) && draft.value(field) !== defaults[field]);
  for (const field of [...refusedFields, ...Object.keys(defaults), ...Object.keys(meaningful)]) draft.remove(field);
  const isStored = draft.value('store') === true;
  return [...present.filter((field) => says(draft, field)), ...unusual, ...(isStored ? ['store'] : [])];
}

/** Only what the backend asks for; all other bytes stay as the client wrote them. */
function editBody(draft: BodyDraft, request: ProviderRequest, account: Account): void {
  if (draft.text('model') !== request.model) draft.set('model', JSON.stringify(request.model));
  if (!says(draft, 'instructions')) draft.set('instructions', '""');
  if (!hasTools(draft)) draft.remove('parallel_tool_calls');
  inputAsItems(draft);
  renamePreviewSearch(draft);
  if (request.operation === 'compact') {
    for (const field of notOfCompaction) draft.remove(field);
  } else {
    if (draft.value('store') !== false) draft.set('store', 'false');
    if (draft.value('stream') !== true) draft.set('stream', 'true');
    includeEncryptedReasoning(draft);
  }
  if (!request.thinking) return;
  const { thinking } = request.info ?? chatgptModelList.modelInfo(account, request.model);
  setResponsesEffort(draft, effortOf(request.thinking, thinking));
}
