import { isLoopbackName } from '../net/peer.ts';

/** Whether a URL leads back to this gateway, so that a request sent there would go round in a loop. */
export function isOwnAddress(url: URL, listening: { host: string; port: number }): boolean {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (port !== listening.port) return false;
  return isLoopbackName(url.hostname) || url.hostname.replace(/^\[|\]$/g, '') === listening.host;
}
