import type { UpstreamHeaders } from '../contract.ts';

/** What Codex tells its backend besides the body. */
const codexHeaders = [
  'version',
  'x-codex-turn-metadata',
  'x-codex-turn-state',
  'x-client-request-id',
  'x-codex-window-id',
  'thread-id',
  'session-id',
  'x-codex-beta-features',
  'x-openai-internal-codex-responses-lite',
] as const;

interface CallIdentity {
  /** How the product names itself. */
  userAgent: string;
  cacheKey: string | undefined;
  /** The ChatGPT account, which may be a workspace. */
  organizationId: string | undefined;
}

/**
 * Headers of a call of the Codex backend, without credentials. Codex itself keeps its name; every other client is us. The
 * answer is asked for unencoded: usage is read from it as it passes.
 */
export function callHeaders(client: UpstreamHeaders, identity: CallIdentity): Record<string, string> {
  const { userAgent, cacheKey, organizationId } = identity;
  const isCodex = isCodexClient(client);
  const headers: Record<string, string> = {
    accept: 'text/event-stream',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    originator: (isCodex && textOf(client.originator)) || 'fusebox',
    'user-agent': (isCodex && textOf(client['user-agent'])) || userAgent,
  };
  if (organizationId !== undefined) headers['chatgpt-account-id'] = organizationId;
  if (cacheKey !== undefined) headers['session-id'] = cacheKey;
  for (const name of codexHeaders) {
    const value = textOf(client[name]);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** Whether the client is Codex itself, which reads what its backend sends. */
export function isCodexClient({ originator, 'user-agent': agent }: UpstreamHeaders): boolean {
  return /^codex/i.test(textOf(originator) ?? '') || /^codex/i.test(textOf(agent) ?? '');
}

function textOf(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value.join(', ') : value) || undefined;
}
