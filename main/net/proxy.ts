import type { Agent } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { SocksProxyAgent } from 'socks-proxy-agent';

/** The proxy for a server: the setting, else what the environment says (HTTPS_PROXY, NO_PROXY …); undefined for none. */
export function proxyFor(server: string, setting: string | undefined): string | undefined {
  if (setting === 'direct' || setting === 'none') return undefined;
  return setting || getProxyForUrl(server) || undefined;
}

/** Makes one connection through a proxy. */
export function proxyAgent(proxyUrl: string): Agent {
  return proxyUrl.startsWith('socks') ? new SocksProxyAgent(proxyUrl) : new HttpsProxyAgent(proxyUrl);
}
