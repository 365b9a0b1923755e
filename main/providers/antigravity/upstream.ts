import { createHash } from 'node:crypto';
import type { Account, Secret } from '../../accounts/account.ts';
import { deriveGeminiDialect } from '../../protocols/gemini/dialect.ts';
import { openRequest } from '../../protocols/gemini/envelope.ts';
import { applyEdits, findMember, insertMembers } from '../../protocols/json-edit.ts';
import type { ProviderEndpoints, ProviderRequest, UpstreamCall } from '../contract.ts';
import { type CallParts, envelopedCall } from '../google/calls.ts';
import { codeAssistApi } from '../google/hosts.ts';
import { antigravityModelList, isClaude } from './models.ts';

/** Antigravity's own way, of which Claude models have one of their own again. */
const geminiWay = deriveGeminiDialect(
  { id: 'antigravity', label: 'Antigravity' },
  {},
  { schemas: 'plain', ranges: true },
);
const claudeWay = deriveGeminiDialect(
  { id: 'antigravity-claude', label: 'Antigravity (Claude)', signatures: 'claude' },
  { 'thinking-history': { kind: 'carried', note: 'thinking of Claude models; that of others is left out' } },
  { schemas: 'plain', ranges: true, validated: true },
);

export function dialectFor(model: string) {
  return isClaude(model) ? claudeWay : geminiWay;
}

/** Antigravity's own host; that of Code Assist is asked where it has no room. */
const firstHost = 'https://daily-cloudcode-pa.googleapis.com';

/** What calls are made with besides what they are given. */
interface AntigravityParts extends CallParts {
  /** A new UUID. */
  newId(): string;
}

/** Builds a call in Antigravity's envelope. Throws JsonSyntaxError when the body is not a JSON object. */
export function prepareCall(
  request: ProviderRequest,
  account: Account,
  secret: Secret,
  { api }: ProviderEndpoints,
  { userAgent, baseUrl, newId }: AntigravityParts,
): UpstreamCall {
  const { model } = request;
  const project = account.attributes?.project;
  const validated = isClaude(model);
  const rules = { refused: ['safetySettings', 'cachedContent'], needsRoles: true, plainSchemas: true, validated };
  const head = {
    model,
    ...(project === undefined ? {} : { project }),
    userAgent: 'antigravity',
    requestType: model.includes('image') ? 'image_gen' : 'agent',
    requestId: `agent-${newId()}`,
  };
  const info = request.info ?? antigravityModelList.modelInfo(account, model);
  const call = { request: withSession(request), account, info, rules, userAgent };
  // Claude models answer as streams only.
  const stream = request.stream || (validated && request.operation === 'generate');
  if (api.replace(/\/+$/, '') !== codeAssistApi) return envelopedCall(call, baseUrl(api), secret, head, stream);
  return { ...envelopedCall(call, baseUrl(firstHost), secret, head, stream), otherOrigin: codeAssistApi };
}

/** One conversation has one session; a client that names its own knows better. */
function withSession(request: ProviderRequest): ProviderRequest {
  const session = request.operation === 'generate' ? request.sessionId?.() : undefined;
  if (session === undefined) return request;
  const body = openRequest(request.body, request.members)?.request ?? request.body;
  if (findMember(body, 'sessionId') ?? findMember(body, 'session_id')) return request;
  const id = createHash('sha256').update(session).digest('hex').slice(0, 32);
  const { members: _, ...rest } = request;
  return { ...rest, body: applyEdits(body, insertMembers(body, { sessionId: JSON.stringify(id) })) };
}
