import { randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts';
import { isObject } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import { under } from './pages.ts';
import { type RpcContext, rpcAnswer } from './rpc.ts';

export interface ManagementContext extends RpcContext {
  origin: string;
  /** Creates a thread actor and the token that opens its socket. */
  createThreadActor(threadId: string | undefined, agentMode: unknown): { threadId: string; wsToken: string };
}

/** Routes of the signed-in user. */
export function managementAnswer(request: RecordedRequest, context: ManagementContext): Answer {
  const { method, path } = request;
  if (path === '/api/internal')
    return method === 'POST' ? rpcAnswer(request, context) : jsonAnswer(405, { error: 'Method not allowed' });
  if (under(path, '/api/threads')) return threadsAnswer(request, context);
  if (path === '/api/thread-actors') return threadActorAnswer(request, context);
  if (under(path, '/api/attachments')) return attachmentAnswer(request, context);
  if (under(path, '/api/user') || under(path, '/api/users')) return jsonAnswer(200, context.user);
  if (path === '/threads.rss') return textAnswer(200, 'application/rss+xml', '<rss version="2.0"/>');
  if (under(path, '/api/meta')) return jsonAnswer(200, { version: '0.0.1790142911' });
  if (under(path, '/api/ads')) return jsonAnswer(200, { ads: [] });
  if (under(path, '/api/telemetry') || under(path, '/api/otel')) return jsonAnswer(200, { ok: true });
  if (under(path, '/api/tab')) return jsonAnswer(200, { completions: [] });
  return jsonAnswer(404, { error: 'Not found' });
}

function threadsAnswer(request: RecordedRequest, { threads, user }: ManagementContext): Answer {
  if (request.path === '/api/threads') return jsonAnswer(200, threads.summaries(user.id));
  if (request.path === '/api/threads/find')
    return jsonAnswer(200, { threads: threads.summaries(user.id), hasMore: false });
  const id = /^\/api\/threads\/(T-[0-9a-f-]+)\.md$/.exec(request.path)?.[1];
  const text = id === undefined ? undefined : threads.markdown(id);
  return text === undefined
    ? jsonAnswer(404, { error: 'Thread not found' })
    : textAnswer(200, 'text/markdown; charset=utf-8', text);
}

function threadActorAnswer(request: RecordedRequest, { user, createThreadActor }: ManagementContext): Answer {
  if (!isObject(request.json)) return jsonAnswer(400, { error: 'Invalid body' });
  const { threadId: asked, agentMode } = request.json;
  const actor = createThreadActor(typeof asked === 'string' ? asked : undefined, agentMode);
  return jsonAnswer(200, {
    ...actor,
    ...(agentMode === undefined ? {} : { agentMode }),
    ownerUserId: user.id,
    threadVersion: 0,
    usesDtw: true,
    usesThreadActors: true,
    poolName: 'default',
  });
}

/** Counts and digests what comes in; nothing of it is kept. */
function attachmentAnswer(request: RecordedRequest, { origin }: ManagementContext): Answer {
  const url = `${origin}/api/attachments/${randomUUID()}`;
  if (request.path === '/api/attachments/resumable') return jsonAnswer(200, { uploadURL: url });
  return jsonAnswer(200, { url, bytes: request.bodyBytes, sha256: request.bodySha256 });
}
