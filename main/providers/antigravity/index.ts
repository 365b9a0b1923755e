import type { Secret } from '../../accounts/account.ts';
import { createBaseUrls } from '../base-url.ts';
import { type RefreshContext, RefreshError, type RefreshedTokens, type ServingProvider } from '../contract.ts';
import { createGoogleClassifier } from '../google/faults.ts';
import { codeAssistApi, googleSignIn } from '../google/hosts.ts';
import { lineOf } from '../google/models.ts';
import { repairRequest } from '../google/repair.ts';
import { googleRefreshLeadMs, refreshGoogle } from '../google/tokens.ts';
import { codeAssistUsage } from '../google/usage.ts';
import { antigravitySignIn, client, secretSetting } from './login.ts';
import { antigravityModelList } from './models.ts';
import { dialectFor, prepareCall } from './upstream.ts';

/**
 * Google's Antigravity: Gemini and Claude models for individual plans. `userAgent` is how the product names itself
 * upstream, `newId` makes UUIDs.
 */
export function createAntigravityProvider(identity: { userAgent: string; newId(): string }): ServingProvider {
  const parts = { userAgent: identity.userAgent, newId: identity.newId, baseUrl: createBaseUrls() };
  return {
    id: 'antigravity',
    label: 'Antigravity',
    defaultEndpoints: { api: codeAssistApi, ...googleSignIn },
    signIns: [antigravitySignIn],
    refreshLeadMs: googleRefreshLeadMs,
    refresh: (_account, secret, context) => refresh(secret, context),
    usage: codeAssistUsage,
    upstream: {
      nativeFormats: ['gemini'],
      ...antigravityModelList,
      familyOf: lineOf,
      dialect: (_format, _account, model) => dialectFor(model),
      countsTokens: (format) => format === 'gemini',
      prepare: (request, account, secret, endpoints) => prepareCall(request, account, secret, endpoints, parts),
      repair: repairRequest,
      classify: createGoogleClassifier('Antigravity'),
      quota: () => [],
    },
  };
}

/** The owner may put a wrong setting right; nobody has to sign in again for that. */
const settingWaitMs = 30 * 60_000;

async function refresh(secret: Secret, context: RefreshContext): Promise<RefreshedTokens> {
  const clientSecret = context.clientSecret();
  if (clientSecret === undefined) throw new RefreshError(`The setting ${secretSetting} is missing`, false);
  try {
    return await refreshGoogle(client(clientSecret, context.endpoints.token), secret, context);
  } catch (error) {
    if (!(error instanceof RefreshError && /\binvalid_client\b/.test(error.message))) throw error;
    throw new RefreshError(`Google does not take the client secret in ${secretSetting}`, false, settingWaitMs);
  }
}
