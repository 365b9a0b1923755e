import { type Answer, jsonAnswer } from '../answer.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { RecordedRequest } from '../recording.ts';
import type { ThreadStore } from './threads.ts';

export interface AmpUser {
  id: string;
  email: string;
}

export interface RpcContext {
  user: AmpUser;
  threads: ThreadStore;
}

type Method = (params: JsonObject, context: RpcContext) => unknown;

class RpcFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const notFound = () => new RpcFailure('thread-not-found', 'Thread not found');

function thread(params: JsonObject, { threads }: RpcContext): JsonObject {
  const found = threads.get(String(params.thread));
  if (!found) throw notFound();
  return found;
}

const methods: Record<string, Method> = {
  getUserInfo: (_params, { user }) => ({
    ...user,
    username: 'owner',
    features: [],
    team: null,
    mysteriousMessage: null,
  }),
  getUserFreeTierStatus: () => ({ canUseAmpFree: false, isDailyGrantEnabled: false }),
  getCreditsByRequestId: () => ({ credits: '0.00' }),
  threadDisplayCostInfo: () => ({ displayText: '$0.00' }),
  userDisplayBalanceInfo: (_params, { user }) => ({
    displayText: `Signed in as ${user.email}\nAmp Free: $0/$10 remaining\nIndividual credits: $4.20 remaining`,
  }),
  uploadThread: (params, { threads }) => {
    if (!isObject(params.thread) || typeof params.thread.id !== 'string')
      throw new RpcFailure('invalid-params', 'thread is missing');
    threads.put(params.thread);
    return {};
  },
  getThread: (params, context) => ({
    thread: { data: thread(params, context), meta: { visibility: 'private', sharedGroupIDs: [] } },
  }),
  getThreadTail: (params, context) => {
    const data = thread(params, context);
    return { thread: { data }, messages: data.messages ?? [], hasMoreBefore: false };
  },
  getThreadProject: (params, context) => {
    thread(params, context);
    return { project: null };
  },
  setThreadMeta: (params, context) => {
    thread(params, context).meta = params.meta;
    return {};
  },
  listThreads: (_params, { threads, user }) => ({ threads: threads.summaries(user.id), hasMore: false }),
  archiveThread: () => ({}),
  deleteThread: () => ({}),
  getThreadLinkInfo: () => ({ creatorUserID: null }),
  getThreadLabels: () => [],
  loadPlugins: () => [],
  loadSkills: () => ({ sources: [] }),
  listAgentModes: () => ({ modes: [] }),
  notices: () => ({ notices: [] }),
  recordCLISignIn: () => ({}),
  webSearch2: (params) => ({
    results: [{ title: 'Found by Amp', url: 'https://example.com/', excerpts: [String(params.objective ?? '')] }],
    showParallelAttribution: false,
  }),
  extractWebPageContent: () => ({ fullContent: 'Read by Amp.', excerpts: [] }),
};

/** POST /api/internal?<method>. The method stands in the query and again in the body; the two must agree. */
export function rpcAnswer(request: RecordedRequest, context: RpcContext): Answer {
  const name = request.query.split('&')[0] ?? '';
  const method = methods[name];
  if (!method) return jsonAnswer(404, { error: `unknown method ${name}` });
  const body = request.json;
  if (!isObject(body) || body.method !== name) return jsonAnswer(400, { error: 'the body does not name the method' });
  try {
    return jsonAnswer(200, { ok: true, result: method(isObject(body.params) ? body.params : {}, context) });
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    return jsonAnswer(200, { ok: false, error: { code: error.code, message: error.message } });
  }
}
