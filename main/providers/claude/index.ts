import { anthropicKeyFlow } from '../api-keys/flows.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { claudeDialect } from './dialect.ts';
import { classify } from './faults.ts';
import { refresh } from './login.ts';
import { claudeModelList, familyOf } from './models.ts';
import { quotaPrefix, readQuota } from './quota.ts';
import { repairHistory } from './repair.ts';
import { claudeSignIn } from './sign-in.ts';
import { prepareCall } from './upstream.ts';
import { claudeUsage } from './usage.ts';

/** Claude: subscriptions by OAuth, and Anthropic API keys. `userAgent` is how the product names itself upstream. */
export function createClaudeProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const parts = { userAgent, baseUrl: createBaseUrls() };
  return {
    id: 'claude',
    label: 'Claude',
    defaultEndpoints: {
      api: 'https://api.anthropic.com',
      authorize: 'https://claude.ai/oauth/authorize',
      token: 'https://api.anthropic.com/v1/oauth/token',
    },
    signIns: [claudeSignIn, anthropicKeyFlow],
    refreshLeadMs: 4 * 3_600_000,
    refresh: (_account, secret, context) => refresh(secret, context),
    usage: claudeUsage,
    upstream: {
      nativeFormats: ['anthropic'],
      ...claudeModelList,
      familyOf,
      dialect: (_format, _account, model) => claudeDialect(model),
      countsTokens: (format) => format === 'anthropic',
      prepare: (request, account, secret, endpoints) => prepareCall(request, account, secret, endpoints, parts),
      repair: repairHistory,
      classify,
      quota: (headers, model) => readQuota(headers, familyOf(model)),
      quotaHeaders: quotaPrefix,
    },
  };
}
