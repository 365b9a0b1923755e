import { type Instance, readInstance } from '../engine/instance-file.ts';

const limitMs = 5_000;

/** The running engine of a data folder, or undefined when none answers: after a crash anybody may have got its port. */
export async function findRunning(dataDir: string): Promise<Instance | undefined> {
  const instance = await readInstance(dataDir);
  if (!instance) return undefined;
  try {
    const answer = await fetch(addressOf(instance, '/state'), {
      headers: headersFor(instance),
      signal: AbortSignal.timeout(limitMs),
    });
    const state = (await answer.json()) as { gateway?: { url?: unknown } } | null;
    return answer.ok && state?.gateway?.url === instance.url ? instance : undefined;
  } catch {
    return undefined;
  }
}

function addressOf({ url, localUrl = url }: Instance, path: string): string {
  return `${localUrl}/v0/management${path}`;
}

function headersFor({ token }: Instance): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Rejects with the instance's own words when it refuses. */
export function getJson(instance: Instance, path: string): Promise<unknown> {
  return call(instance, path, {});
}

/** Rejects with the instance's own words when it refuses. */
export async function getText(instance: Instance, path: string): Promise<string> {
  const answer = await request(instance, path, {});
  if (answer.ok) return answer.text();
  throw await refusalOf(answer);
}

/** Rejects with the instance's own words when it refuses. */
export function postJson(instance: Instance, path: string, body: object): Promise<unknown> {
  return call(instance, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Rejects with the instance's own words when it refuses. */
export function deleteJson(instance: Instance, path: string): Promise<unknown> {
  return call(instance, path, { method: 'DELETE' });
}

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

function request(instance: Instance, path: string, init: Init): Promise<Response> {
  return fetch(addressOf(instance, path), {
    ...init,
    headers: { ...init.headers, ...headersFor(instance) },
    signal: AbortSignal.timeout(60_000),
  });
}

async function call(instance: Instance, path: string, init: Init): Promise<unknown> {
  const answer = await request(instance, path, init);
  if (!answer.ok) throw await refusalOf(answer);
  return answer.status === 204 ? null : answer.json();
}

async function refusalOf(answer: Response): Promise<Error> {
  const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
  return new Error(error ?? `Fusebox answered with status ${answer.status}`);
}

/** A live event: see docs/management-api.md. */
export interface LiveEvent {
  name: string;
  data: unknown;
}

/**
 * Live events until the instance ends them or `signal` is aborted; resolves when it listens to what happens. Rejects with
 * the instance's own words when it refuses.
 */
export async function openEvents(
  instance: Instance,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<AsyncGenerator<LiveEvent>> {
  const answer = await fetch(addressOf(instance, `/events?topics=${topics.join(',')}`), {
    headers: headersFor(instance),
    signal,
  });
  if (answer.ok && answer.body) return readEvents(answer.body);
  throw await refusalOf(answer);
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const piece of body) {
    const events = (waiting + decoder.decode(piece, { stream: true })).split('\n\n');
    waiting = events.pop() ?? '';
    for (const text of events) {
      const [, name, data] = /^event: (.+)\ndata: (.+)$/m.exec(text) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
    }
  }
}
