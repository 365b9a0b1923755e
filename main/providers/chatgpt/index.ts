import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { repairResponses } from '../openai/repair.ts';
import { chatgptEndpoints } from './client.ts';
import { deviceFlow } from './device.ts';
import { codexDialect } from './dialect.ts';
import { classify } from './faults.ts';
import { chatgptModelList, familyOf } from './models.ts';
import { readQuota, readQuotaEvent } from './quota.ts';
import { refresh } from './refresh.ts';
import { browserFlow } from './sign-in.ts';
import { prepareCall } from './upstream.ts';
import { chatgptUsage } from './usage.ts';

/** ChatGPT subscriptions, through the sign-in of OpenAI's Codex. `userAgent` is how the product names itself upstream. */
export function createChatgptProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const parts = { userAgent, baseUrl: createBaseUrls() };
  return {
    id: 'chatgpt',
    label: 'ChatGPT',
    defaultEndpoints: chatgptEndpoints,
    signIns: [browserFlow, deviceFlow],
    refreshLeadMs: 5 * 24 * 3_600_000,
    refresh: (_account, secret, context) => refresh(secret, context),
    usage: chatgptUsage,
    upstream: {
      nativeFormats: ['openai-responses'],
      ...chatgptModelList,
      familyOf,
      dialect: () => codexDialect,
      prepare: (request, account, secret, endpoints) => prepareCall(request, account, secret, endpoints, parts),
      compacts: () => true,
      repair: repairResponses,
      classify,
      quota: readQuota,
      quotaOfEvent: readQuotaEvent,
    },
  };
}
