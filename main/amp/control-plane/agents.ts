import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Connection pools to Amp's server, by scheme. */
export interface Agents {
  http: HttpAgent;
  https: HttpAgent;
}

/**
 * How long an idle connection is kept for the next request, in milliseconds. Shorter than any server's own limit: a
 * request on a connection that the server is just closing would fail.
 */
const idleMs = 4_000;

/** Pools that keep connections alive; TLS certificates are verified. The caller destroys them. */
export function createAgents(): Agents {
  return {
    http: new HttpAgent({ keepAlive: true, timeout: idleMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleMs }),
  };
}
