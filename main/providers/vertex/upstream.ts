import type { Account, Secret } from '../../accounts/account.ts';
import { deriveGeminiDialect } from '../../protocols/gemini/dialect.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderEndpoints, ProviderRequest, UpstreamCall } from '../contract.ts';
import { type CallParts, publicCall } from '../google/calls.ts';
import { isGoogleName, unlistedGemini, vertexModels } from '../google/models.ts';
import { createModelList } from '../model-list.ts';

/** Where no region is named. */
export const vertexApi = 'https://aiplatform.googleapis.com';

export const vertexModelList = createModelList({
  table: vertexModels,
  unlisted: unlistedGemini,
  plausible: isGoogleName,
});

export const vertexDialect = deriveGeminiDialect({ id: 'vertex', label: 'Vertex AI' }, {}, { ranges: true });

/** Labels are Vertex's own; every turn has to say whose it is. */
const rules = { needsRoles: true };

/** Builds a call of Vertex AI: with a token to a project and region, with an API key to neither. Throws JsonSyntaxError. */
export function prepareCall(
  request: ProviderRequest,
  account: Account,
  { accessToken, apiKey }: Secret,
  { api }: ProviderEndpoints,
  { userAgent, baseUrl }: CallParts,
): UpstreamCall {
  const call = {
    request,
    account,
    info: request.info ?? vertexModelList.modelInfo(account, request.model),
    rules,
    userAgent,
  };
  if (apiKey !== undefined)
    return publicCall(call, withoutVersion(baseUrl(api)), '/v1/publishers/google/models', { 'x-goog-api-key': apiKey });
  const { project = '', location = 'us-central1' } = account.attributes ?? {};
  const models = `/v1/projects/${encodeURIComponent(project)}/locations/${location}/publishers/google/models`;
  const credential = { authorization: `Bearer ${accessToken ?? ''}` };
  return publicCall(call, withoutVersion(baseUrl(hostFor(api, location))), models, credential);
}

/** Regions have hosts of their own; whoever puts another address in Google's place gets the calls for all of them. */
function hostFor(api: string, location: string): string {
  const isGoogle = api.replace(/\/+$/, '') === vertexApi;
  return isGoogle && location !== 'global' ? `https://${location}-aiplatform.googleapis.com` : api;
}

function withoutVersion({ origin, path }: BaseUrl): BaseUrl {
  return { origin, path: path.replace(/\/v1(beta1)?$/, '') };
}
