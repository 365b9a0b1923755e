import type { Account } from '../../accounts/account.ts';
import { dropped } from '../../protocols/features.ts';
import { deriveCompatibleDialect } from '../../protocols/openai-chat/dialect.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderUpstream } from '../contract.ts';
import { type HttpFailure, type Meaning, refusalMs } from '../failure.ts';
import { apiBase, openaiCall } from '../openai/call.ts';
import { namingSystem } from '../openai/developer-role.ts';
import { effortOf } from '../openai/effort.ts';
import { createClassifier, type Said, waitOf } from '../openai/faults.ts';
import { qwenModelList } from './models.ts';

export const qwenApi = 'https://portal.qwen.ai/v1';

const qwenDialect = deriveCompatibleDialect('qwen', 'Qwen', {
  'strict-tool': dropped,
  user: dropped,
});

/** Qwen's Chat Completions, for tokens of Qwen Code. */
export function qwenUpstream(userAgent: string, baseUrl: (text: string) => BaseUrl): ProviderUpstream {
  return {
    nativeFormats: ['openai-chat'],
    ...qwenModelList,
    familyOf: (model) => model,
    dialect: () => qwenDialect,
    prepare: (request, account, { accessToken, apiKey }, endpoints) =>
      openaiCall({
        request,
        account,
        token: accessToken ?? apiKey ?? '',
        base: apiBase(baseUrl(hostOf(account, endpoints.api))),
        userAgent,
        headers: { 'x-dashscope-authtype': 'qwen-oauth' },
        edit(draft) {
          namingSystem(draft);
          if (!request.thinking) return;
          draft.remove('reasoning_effort');
          draft.remove('thinking_budget');
          draft.set('enable_thinking', effortOf(request.thinking, undefined) === 'none' ? 'false' : 'true');
        },
      }),
    classify: createClassifier('Qwen', ownMeaning),
    quota: () => [],
  };
}

/**
 * A token is good for the host that it was issued with, unless the owner names another one. Only hosts with TLS, or on this
 * machine, get a token.
 */
function hostOf({ baseUrl, attributes }: Account, api: string): string {
  const host = attributes?.resourceUrl;
  if (baseUrl !== undefined || api !== qwenApi || !host) return api;
  const url = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (!URL.canParse(url) || !/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/.test(url)) return api;
  return `${url.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`;
}

/** Qwen says in several ways, and with 403 as well, that the day's free requests are spent. */
function ownMeaning({ status, code, type, message }: Said, { headers }: HttpFailure, now: number): Meaning | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const words = `${code} ${type} ${message}`;
  if (!/insufficient_quota|quota_exceeded|free allocated quota exceeded/i.test(words)) return undefined;
  const said = { status, code, type, message, isWebPage: false };
  return ['credential', 'quota', waitOf(said, headers, now, 24 * 3_600_000) ?? refusalMs];
}
