import { isObject, type JsonObject } from '../json.ts';

/** Threads that clients have uploaded. */
export class ThreadStore {
  private readonly threads = new Map<string, JsonObject>();

  put(thread: JsonObject): void {
    this.threads.set(String(thread.id), thread);
  }

  get(id: string): JsonObject | undefined {
    return this.threads.get(id);
  }

  /** One line for each thread, as lists and searches show it. */
  summaries(ownerId: string): JsonObject[] {
    return [...this.threads.values()].map((thread) => summary(thread, ownerId));
  }

  /** The thread as text, as `/api/threads/<id>.md` shows it. */
  markdown(id: string): string | undefined {
    const thread = this.threads.get(id);
    return thread && `# ${String(thread.title ?? 'Untitled')}\n\nThread ${id}\n`;
  }
}

function summary(thread: JsonObject, ownerId: string): JsonObject {
  const created = new Date(Number(thread.created ?? 0)).toISOString();
  return {
    id: thread.id,
    title: thread.title ?? 'Untitled',
    creatorUserID: ownerId,
    created: thread.created ?? 0,
    v: thread.v ?? 1,
    firstSyncAt: created,
    updatedAt: created,
    userLastInteractedAt: Number(thread.created ?? 0),
    messageCount: Array.isArray(thread.messages) ? thread.messages.length : 0,
    meta: isObject(thread.meta) ? thread.meta : { visibility: 'private', sharedGroupIDs: [] },
  };
}
