import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';

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

/** Pools that keep connections alive; TLS certificates are verified. Through a proxy when one is named. The caller destroys them. */
export function createAgents(proxyUrl?: string): Agents {
  const options = { keepAlive: true, timeout: idleMs };
  if (proxyUrl === undefined) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const agent = proxyUrl.startsWith('socks')
    ? new SocksProxyAgent(proxyUrl, options)
    : new HttpsProxyAgent(proxyUrl, options);
  return { http: agent, https: agent };
}
