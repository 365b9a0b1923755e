import { geminiDialect } from '../../protocols/gemini/dialect.ts';
import { geminiKeyFlow } from '../api-keys/flows.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { publicCall } from '../google/calls.ts';
import { createGoogleClassifier } from '../google/faults.ts';
import { geminiApiModels, isGoogleName, unlistedGemini } from '../google/models.ts';
import { repairRequest } from '../google/repair.ts';
import { createModelList } from '../model-list.ts';

const modelList = createModelList({ table: geminiApiModels, unlisted: unlistedGemini, plausible: isGoogleName });

/** The Gemini API by key. `userAgent` is how the product names itself upstream. */
export function createGeminiProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const baseUrl = createBaseUrls();
  return {
    id: 'gemini',
    label: 'Gemini',
    defaultEndpoints: { api: 'https://generativelanguage.googleapis.com', authorize: '', token: '' },
    signIns: [geminiKeyFlow],
    refreshLeadMs: 0,
    upstream: {
      nativeFormats: ['gemini'],
      ...modelList,
      // A key's limits are counted by model.
      familyOf: (model) => model,
      dialect: () => geminiDialect,
      countsTokens: (format) => format === 'gemini',
      prepare(request, account, { apiKey = '' }, { api }) {
        const { origin, path } = baseUrl(api);
        const base = { origin, path: path.replace(/\/v1(beta)?$/, '') };
        const call = {
          request,
          account,
          info: request.info ?? modelList.modelInfo(account, request.model),
          rules: {},
          userAgent,
        };
        return publicCall(call, base, '/v1beta/models', { 'x-goog-api-key': apiKey });
      },
      repair: repairRequest,
      classify: createGoogleClassifier('Gemini'),
      quota: () => [],
    },
  };
}
