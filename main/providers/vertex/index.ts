import { vertexKeyFlow } from '../api-keys/flows.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { createGoogleClassifier } from '../google/faults.ts';
import { googleSignIn } from '../google/hosts.ts';
import { repairRequest } from '../google/repair.ts';
import { vertexKeyFile } from './key-file.ts';
import { mintToken } from './token.ts';
import { prepareCall, vertexApi, vertexDialect, vertexModelList } from './upstream.ts';

/**
 * Gemini on Google Cloud: with a service account, whose tokens are made from its key, or with an API key. `userAgent` is
 * how the product names itself upstream.
 */
export function createVertexProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const parts = { userAgent, baseUrl: createBaseUrls() };
  return {
    id: 'vertex',
    label: 'Vertex AI',
    defaultEndpoints: { api: vertexApi, ...googleSignIn },
    signIns: [vertexKeyFile, vertexKeyFlow],
    // A token costs nothing and replaces no other one: each is used until a minute before its end.
    refreshLeadMs: 60_000,
    refresh: (_account, secret, context) => mintToken(secret, context),
    upstream: {
      nativeFormats: ['gemini'],
      ...vertexModelList,
      // A project's limits are counted by model.
      familyOf: (model) => model,
      dialect: () => vertexDialect,
      countsTokens: (format) => format === 'gemini',
      prepare: (request, account, secret, endpoints) => prepareCall(request, account, secret, endpoints, parts),
      repair: repairRequest,
      classify: createGoogleClassifier('Vertex AI'),
      quota: () => [],
    },
  };
}
