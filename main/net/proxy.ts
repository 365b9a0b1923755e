import type { Agent } from 'node:http';
import { getProxyForUrl } from 'proxy-from-env';

/** The proxy for a server: the setting, else what the environment says (HTTPS_PROXY, NO_PROXY …); undefined for none. */
export function proxyFor(server: string, setting: string | undefined): string | undefined {
  if (setting === 'direct' || setting === 'none') return undefined;
  return setting || getProxyForUrl(server) || undefined;
}

/** Makes one connection through a proxy. What few need is loaded when it is needed. */
export async function proxyAgent(proxyUrl: string): Promise<Agent> {
  if (proxyUrl.startsWith('socks')) return new (await import('socks-proxy-agent')).SocksProxyAgent(proxyUrl);
  return new (await import('https-proxy-agent')).HttpsProxyAgent(proxyUrl);
}
