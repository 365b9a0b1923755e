import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Running } from './harness.ts';

/** Calls the management routes of a running engine as its command line does. */
export interface Management {
  url: string;
  token: string;
  /** With the local token, unless other headers are named. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined when it is none. */
  json: unknown;
}

export async function managementOf({ url, dataDir }: Pick<Running, 'url' | 'dataDir'>): Promise<Management> {
  const { token } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { token: string };
  const base = `${url}/v0/management`;
  return {
    url: base,
    token,
    async send(method, path, body, headers = { authorization: `Bearer ${token}` }) {
      const answer = await fetch(base + path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
