import { findMember, parseAt, type Span, stringAt, unlessMalformed } from '../../protocols/json-edit.ts';
import type { UpstreamHeaders } from '../../providers/contract.ts';
import { type Digest, startOfConversation } from './conversation-start.ts';

/** Which conversation a request belongs to. */
export interface Session {
  /** Equal for all requests of one conversation, and of one agent within it. */
  key: string;
  /** For people: "Amp thread". */
  source: string;
}

/** What a session is read from. */
export interface SessionInput {
  /** Lower-case names. */
  headers: UpstreamHeaders;
  json: Buffer;
  /** Where a member of the body is; asked only when no header tells. May throw JsonSyntaxError. */
  find(name: string): Span | undefined;
  digest: Digest;
}

/** A name in front keeps sources apart; the rest is the client's. */
type Found = readonly [name: string, value: string, source: string];

/**
 * The conversation of a request, by the first source that tells: ids of tools, ids in the body, and last a digest of
 * how the conversation starts. `X-Client-Request-Id` is none: many clients send a new one with every request.
 */
export function sessionKey(input: SessionInput): Session | undefined {
  const found = inToolHeaders(input.headers) ?? unlessMalformed(() => inMetadata(input)) ?? inHeaders(input.headers);
  const known = found ?? unlessMalformed(() => inBody(input)) ?? unlessMalformed(() => startIn(input));
  if (!known) return undefined;
  const [name, value, source] = known;
  return { key: `${name}:${short(value, input.digest)}`, source };
}

const longest = 200;

/** Ids are chosen by clients: a huge one must not fill the table. */
function short(value: string, digest: Digest): string {
  return value.length <= longest ? value : digest([Buffer.from(value)]);
}

function inToolHeaders(headers: UpstreamHeaders): Found | undefined {
  const thread = text(headers['x-amp-thread-id']);
  if (thread) return ['amp', thread, 'Amp thread'];
  const session = text(headers['x-claude-code-session-id']);
  const agent = text(headers['x-claude-code-agent-id']);
  // Agents of one session may spread over accounts; each of them stays on its own.
  return session ? ['claude-code', agent ? `${session} ${agent}` : session, 'Claude Code session'] : undefined;
}

const sessionHeaders = [
  ['session-id', 'codex', 'Codex session'],
  ['session_id', 'codex', 'Codex session'],
  ['conversation_id', 'codex', 'Codex session'],
  ['x-session-id', 'session', 'session header'],
  ['x-session-affinity', 'session', 'session header'],
] as const;

function inHeaders(headers: UpstreamHeaders): Found | undefined {
  for (const [header, name, source] of sessionHeaders) {
    const value = text(headers[header]);
    if (value) return [name, value, source];
  }
  return undefined;
}

/** Claude Code's user id is JSON with a session, or ends in one; any other form names a user, not a conversation. */
function inMetadata({ json, find }: SessionInput): Found | undefined {
  const metadata = objectAt(json, find('metadata'));
  const span = metadata && findMember(json, 'user_id', metadata.start);
  const userId = span && stringAt(json, span);
  if (!userId || userId.length > 2000) return undefined;
  const session = /_session_([0-9a-f-]{36})$/i.exec(userId)?.[1] ?? sessionInJson(userId);
  return session ? ['claude-code', session, 'Claude Code session'] : undefined;
}

function sessionInJson(userId: string): string | undefined {
  if (!userId.startsWith('{')) return undefined;
  try {
    const { session_id: session } = JSON.parse(userId) as { session_id?: unknown };
    return typeof session === 'string' && session !== '' ? session : undefined;
  } catch {
    return undefined;
  }
}

const bodyMembers = [
  ['prompt_cache_key', 'cache', 'prompt cache key'],
  ['conversation', 'conversation', 'conversation id'],
  ['session_id', 'session', 'session id'],
  ['sessionId', 'session', 'session id'],
  ['conversation_id', 'conversation', 'conversation id'],
  ['previous_response_id', 'response', 'previous response'],
] as const;

function inBody({ json, find }: SessionInput): Found | undefined {
  for (const [member, name, source] of bodyMembers) {
    const span = find(member);
    const object = objectAt(json, span);
    const value = object ? findMember(json, 'id', object.start) : span;
    const id = value && json[value.start] === quote ? parseAt(json, value) : undefined;
    if (typeof id === 'string' && id !== '') return [name, id, source];
  }
  return undefined;
}

function startIn({ json, find, digest }: SessionInput): Found | undefined {
  const start = startOfConversation(json, find, digest);
  return start === undefined ? undefined : ['start', start, "conversation's start"];
}

const quote = 0x22;
const openBrace = 0x7b;

function objectAt(json: Buffer, span: Span | undefined): Span | undefined {
  return span && json[span.start] === openBrace ? span : undefined;
}

function text(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.trim() || undefined;
}
