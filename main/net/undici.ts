/**
 * The parts of undici that are used. Its index also loads a cache, cookies, WebSockets and test doubles: a third of the time
 * to start and a tenth of the memory at rest.
 */
import connect from 'undici/lib/api/api-connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import Socks5ProxyAgent from 'undici/lib/dispatcher/socks5-proxy-agent.js';

// The index does this for all of its API; a proxy agent opens its tunnels by this one.
Object.assign(Dispatcher.prototype, { connect });

export { Agent, EnvHttpProxyAgent, ProxyAgent, Socks5ProxyAgent };

/** Its fetch, which takes the agents above; loaded when it is first asked for. */
export async function loadFetch(): Promise<typeof import('undici').fetch> {
  return (await import('undici/lib/web/fetch/index.js')).default.fetch;
}
