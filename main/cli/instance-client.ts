import { type Instance, readInstance } from '../engine/instance-file.ts';

const limitMs = 5_000;

/** The running engine of a data folder, or undefined when none answers: after a crash anybody may have got its port. */
export async function findRunning(dataDir: string): Promise<Instance | undefined> {
  const instance = await readInstance(dataDir);
  if (!instance) return undefined;
  try {
    const answer = await fetch(`${instance.url}/v0/management/state`, {
      headers: { authorization: `Bearer ${instance.token}` },
      signal: AbortSignal.timeout(limitMs),
    });
    const state = (await answer.json()) as { gateway?: { url?: unknown } } | null;
    return answer.ok && state?.gateway?.url === instance.url ? instance : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects with the instance's own words when it refuses. */
export function getJson(instance: Instance, path: string): Promise<unknown> {
  return call(instance, path, {});
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

async function call(
  instance: Instance,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<unknown> {
  const answer = await fetch(`${instance.url}/v0/management${path}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${instance.token}` },
    signal: AbortSignal.timeout(60_000),
  });
  if (answer.status === 204) return null;
  const body = (await answer.json()) as { error?: string };
  if (!answer.ok) throw new Error(body.error ?? `Fusebox answered with status ${answer.status}`);
  return body;
}
