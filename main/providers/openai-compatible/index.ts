import type { Account } from '../../accounts/account.ts';
import { compatibleDialect } from '../../protocols/openai-chat/dialect.ts';
import { compatibleKeyFlow } from '../api-keys/flows.ts';
import { createBaseUrls } from '../base-url.ts';
import type { ServingProvider } from '../contract.ts';
import { createModelList } from '../model-list.ts';
import { apiBase, openaiCall } from '../openai/call.ts';
import { namingSystem } from '../openai/developer-role.ts';
import { effortOf, setChatEffort } from '../openai/effort.ts';
import { createClassifier } from '../openai/faults.ts';

/** Nothing is known of a server's models: what a client asks for is passed on as it is. */
const modelList = createModelList({
  table: [],
  unlisted: { contextWindow: 128_000, maxOutput: 128_000 },
  plausible: () => true,
});

/** Any server that speaks Chat Completions; each account brings its own address. */
export function createCompatibleProvider({ userAgent }: { userAgent: string }): ServingProvider {
  const baseUrl = createBaseUrls();
  return {
    id: 'openai-compatible',
    label: 'OpenAI-compatible',
    defaultEndpoints: { api: '', authorize: '', token: '' },
    signIns: [compatibleKeyFlow],
    refreshLeadMs: 0,
    upstream: {
      nativeFormats: ['openai-chat'],
      ...modelList,
      resolveModel,
      familyOf: (model) => model,
      dialect: () => compatibleDialect,
      prepare: (request, account, { apiKey = '' }, endpoints) =>
        openaiCall({
          request,
          account,
          token: apiKey,
          base: apiBase(baseUrl(endpoints.api)),
          userAgent,
          edit(draft) {
            namingSystem(draft);
            if (request.thinking) setChatEffort(draft, effortOf(request.thinking, undefined));
          },
        }),
      classify: createClassifier('The server'),
      quota: () => [],
    },
  };
}

/**
 * An account with a list serves what is in it. One without may have any model, so that it is asked only for those with its
 * prefix or its name in front: `openrouter/some/model`.
 */
function resolveModel(account: Account, name: string): string | undefined {
  if (account.models?.length) return modelList.resolveModel(account, name);
  const mark = [account.prefix, account.attributes?.name].find((one) => one && name.startsWith(`${one}/`));
  if (mark === undefined) return undefined;
  const asked = name.slice(mark.length + 1);
  return asked === '' ? undefined : modelList.resolveModel(account, asked);
}
