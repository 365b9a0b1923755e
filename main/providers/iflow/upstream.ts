import { createHmac } from 'node:crypto';
import type { BodyDraft } from '../../protocols/body-draft.ts';
import { dropped } from '../../protocols/features.ts';
import { elements } from '../../protocols/json-edit.ts';
import { deriveCompatibleDialect } from '../../protocols/openai-chat/dialect.ts';
import type { BaseUrl } from '../base-url.ts';
import type { ProviderUpstream } from '../contract.ts';
import { apiBase, openaiCall } from '../openai/call.ts';
import { namingSystem } from '../openai/developer-role.ts';
import { effortOf, setChatEffort } from '../openai/effort.ts';
import { createClassifier } from '../openai/faults.ts';
import { iflowModelList } from './models.ts';

const iflowDialect = deriveCompatibleDialect('iflow', 'iFlow', {
  'strict-tool': dropped,
  user: dropped,
});

export interface IflowParts {
  /** How the product names itself. */
  userAgent: string;
  /** Stands for the session of a request whose conversation is not known. */
  installId: string;
  /** Milliseconds since the Unix epoch: iFlow wants signed requests to be fresh. */
  now(): number;
  baseUrl(text: string): BaseUrl;
}

/** iFlow's Chat Completions, whose requests are signed with the key that they carry. */
export function iflowUpstream({ userAgent, installId, now, baseUrl }: IflowParts): ProviderUpstream {
  return {
    nativeFormats: ['openai-chat'],
    ...iflowModelList,
    familyOf: (model) => model,
    dialect: () => iflowDialect,
    prepare(request, account, { apiKey = '' }, endpoints) {
      const session = `session-${request.sessionId?.() ?? installId}`;
      return openaiCall({
        request,
        account,
        token: apiKey,
        base: apiBase(baseUrl(endpoints.api)),
        userAgent,
        headers: signedHeaders(apiKey, userAgent, session, now()),
        edit(draft) {
          namingSystem(draft);
          dropEmptyTools(draft);
          if (request.thinking) setChatEffort(draft, effortOf(request.thinking, undefined));
        },
      });
    },
    classify: createClassifier('iFlow'),
    quota: () => [],
  };
}

/** The signature is over the user agent, the session and the time, in this order. */
function signedHeaders(key: string, userAgent: string, session: string, now: number): Record<string, string> {
  const text = `${userAgent}:${session}:${now}`;
  return {
    'session-id': session,
    'x-iflow-timestamp': String(now),
    'x-iflow-signature': createHmac('sha256', key).update(text).digest('hex'),
  };
}

/** iFlow refuses a list of no tools. */
function dropEmptyTools(draft: BodyDraft): void {
  const tools = draft.find('tools');
  if (!tools || draft.json[tools.start] !== 0x5b || elements(draft.json, tools).length > 0) return;
  draft.remove('tools');
  draft.remove('tool_choice');
}
