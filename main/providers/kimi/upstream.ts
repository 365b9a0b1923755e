import type { BodyDraft } from '../../protocols/body-draft.ts';
import { carried } from '../../protocols/features.ts';
import { deriveCompatibleDialect } from '../../protocols/openai-chat/dialect.ts';
import { fitThinking } from '../../protocols/thinking-fit.ts';
import { parseSuffix, type ThinkingSupport, type ThinkingWish } from '../../protocols/thinking-suffix.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderRequest, ProviderUpstream } from '../contract.ts';
import { type HttpFailure, type Meaning, refusalMs } from '../failure.ts';
import { apiBase, openaiCall } from '../openai/call.ts';
import { namingSystem } from '../openai/developer-role.ts';
import { createClassifier, type Said, waitOf } from '../openai/faults.ts';
import { repairMessages } from './message-repairs.ts';
import { kimiModelList, upstreamName } from './models.ts';

const kimiDialect = deriveCompatibleDialect('kimi', 'Kimi', {
  'mid-system': carried,
  video: carried,
});

export interface KimiParts {
  /** How the product names itself. */
  userAgent: string;
  /** How this installation names itself to Kimi. */
  headers: Readonly<Record<string, string>>;
  baseUrl(text: string): BaseUrl;
}

/** Kimi's coding API: Chat Completions, and Messages for clients of Anthropic's. */
export function kimiUpstream({ userAgent, headers, baseUrl }: KimiParts): ProviderUpstream {
  return {
    nativeFormats: ['openai-chat', 'anthropic'],
    ...kimiModelList,
    familyOf: (model) => model,
    dialect: () => kimiDialect,
    prepare: (request, account, { accessToken, apiKey }, endpoints) =>
      openaiCall({
        request,
        account,
        token: accessToken ?? apiKey ?? '',
        base: apiBase(baseUrl(endpoints.api)),
        userAgent,
        headers: request.wireFormat === 'anthropic' ? { ...headers, ...anthropicHeaders(request) } : headers,
        model: upstreamName(request.model),
        edit(draft) {
          const { thinking: support } = request.info ?? kimiModelList.modelInfo(account, request.model);
          if (request.wireFormat === 'openai-chat') {
            namingSystem(draft);
            repairMessages(draft);
          }
          setThinking(draft, request.thinking ?? effortIn(draft), support);
        },
      }),
    classify: createClassifier('Kimi', ownMeaning),
    quota: () => [],
  };
}

function anthropicHeaders({ headers }: ProviderRequest): Record<string, string> {
  const version = headers['anthropic-version'];
  return { 'anthropic-version': typeof version === 'string' ? version : '2023-06-01' };
}

/** The effort of OpenAI's clients, which Kimi has in an object of its own. */
function effortIn(draft: BodyDraft): ThinkingWish | undefined {
  const effort = draft.text('reasoning_effort');
  const wish = effort === undefined || effort === '' ? undefined : parseSuffix(effort);
  return wish === undefined || 'error' in wish ? undefined : wish;
}

/** A client's own `thinking` stays where nothing else was asked for. */
function setThinking(draft: BodyDraft, wish: ThinkingWish | undefined, support: ThinkingSupport | undefined): void {
  if (wish === undefined) return;
  draft.remove('reasoning_effort');
  const { kind, level } = fitThinking(wish, support);
  if (kind === 'absent') draft.remove('thinking');
  else draft.set('thinking', JSON.stringify(thinkingOf(kind, level)));
}

function thinkingOf(kind: 'on' | 'auto' | 'off', level: string | undefined): object {
  if (kind === 'off') return { type: 'disabled' };
  return kind === 'on' && level !== undefined ? { type: 'enabled', effort: level } : { type: 'enabled' };
}

/** Kimi has its own types for a spent subscription, an overloaded engine, and an account that is shut. */
function ownMeaning(said: Said, { headers }: HttpFailure, now: number): Meaning | undefined {
  const words = `${said.type} ${said.code}`;
  if (/engine_overloaded/.test(words)) return ['model', 'overload', waitOf(said, headers, now, 3_600_000)];
  if (/exceeded_current_quota|access_terminated/.test(words) || isSpent(said))
    return ['credential', 'quota', waitOf(said, headers, now, 7 * 86_400_000) ?? refusalMs];
  return undefined;
}

function isSpent({ status, message }: Said): boolean {
  return (status === 403 || status === 429) && /usage limit|quota/i.test(message);
}
