import type { Account, Secret } from '../../accounts/account.ts';
import type { BodyDraft } from '../../protocols/body-draft.ts';
import { chatDialect } from '../../protocols/openai-chat/dialect.ts';
import { responsesDialect } from '../../protocols/openai-responses/dialect.ts';
import { editInput, isGptReasoning, isNoOtherReasoning } from '../../protocols/openai-responses/input-edits.ts';
import { openaiKeyFlow } from '../api-keys/flows.ts';
import { type BaseUrl, createBaseUrls } from '../base-url.ts';
import type { ProviderRequest, ServingProvider, UpstreamCall } from '../contract.ts';
import { apiBase, openaiCall } from './call.ts';
import { effortOf, setChatEffort, setResponsesEffort } from './effort.ts';
import { openaiModelList } from './models.ts';
import { repairResponses } from './repair.ts';
import { classifyResponses } from './responses-faults.ts';

/** OpenAI's own platform, by API key: Responses and Chat Completions. */
export function createOpenaiProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const baseUrl = createBaseUrls();
  return {
    id: 'openai',
    label: 'OpenAI',
    defaultEndpoints: { api: 'https://api.openai.com/v1', authorize: '', token: '' },
    signIns: [openaiKeyFlow],
    refreshLeadMs: 0,
    upstream: {
      nativeFormats: ['openai-responses', 'openai-chat'],
      ...openaiModelList,
      familyOf: (model) => model,
      dialect: (format) => (format === 'openai-chat' ? chatDialect : responsesDialect),
      prepare: (request, account, secret, endpoints) =>
        prepareCall(request, account, secret, withVersion(baseUrl(endpoints.api)), userAgent),
      // What another host behind this API keeps is not known.
      storesResponses: ({ baseUrl }) => baseUrl === undefined,
      compacts: () => true,
      repair: repairResponses,
      classify: (failure, now) => classifyResponses(failure, now, { label: 'OpenAI' }),
      quota: () => [],
    },
  };
}

function prepareCall(
  request: ProviderRequest,
  account: Account,
  { apiKey = '' }: Secret,
  base: BaseUrl,
  userAgent: string,
): UpstreamCall {
  const dropped: string[] = [];
  const edit = (draft: BodyDraft) => {
    setEffort(draft, request, account);
    if (request.wireFormat !== 'openai-responses') return;
    // Another host behind this API may sign reasoning in a way of its own.
    const takesReasoning = account.baseUrl === undefined ? isGptReasoning : isNoOtherReasoning;
    dropped.push(...editInput(draft, { isStateless: false, takesReasoning }));
  };
  const call = openaiCall({ request, account, token: apiKey, base, userAgent, edit });
  if (request.operation === 'compact') return { ...call, path: `${base.path}/responses/compact`, dropped };
  return dropped.length === 0 ? call : { ...call, dropped };
}

function setEffort(draft: BodyDraft, { thinking, model, wireFormat, info }: ProviderRequest, account: Account): void {
  if (!thinking) return;
  const effort = effortOf(thinking, (info ?? openaiModelList.modelInfo(account, model)).thinking);
  if (wireFormat === 'openai-chat') setChatEffort(draft, effort);
  else setResponsesEffort(draft, effort);
}

/** Who names a company's gateway names its host: OpenAI's API is behind `/v1`. */
function withVersion(base: BaseUrl): BaseUrl {
  const { origin, path } = apiBase(base);
  return { origin, path: path === '' ? '/v1' : path };
}
