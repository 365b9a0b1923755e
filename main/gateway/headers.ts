import type { UpstreamHeaders } from '../providers/contract.ts';

/**
 * Hop-by-hop headers (RFC 9110 §7.6.1 and what its predecessors named; `Connection` may name more), answers of other
 * gateways in the path, cookies, transport promises that are not ours to make, and `Vary`, which is ours.
 */
const neverToClient = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'vary',
  'content-length',
  'content-encoding',
  'alt-svc',
  'strict-transport-security',
]);
const foreignPrefixes = /^(?:access-control-|x-litellm-|helicone-|x-portkey-|cf-aig-|x-kong-|x-bt-)/;

/** Headers of an upstream's answer that may reach the client. */
export function clientHeaders(upstream: UpstreamHeaders): Record<string, string | string[]> {
  const named = namedByConnection(upstream.connection);
  const kept: Record<string, string | string[]> = {};
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || neverToClient.has(name) || foreignPrefixes.test(name)) continue;
    if (named?.includes(name)) continue;
    kept[name] = value;
  }
  return kept;
}

/** Other headers that the upstream declared to be for its own connection; nearly always none. */
function namedByConnection(connection: string | string[] | undefined): string[] | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return String(connection)
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
}

const longestText = 200;

/** A header value any text fits in: what header syntax forbids is replaced. */
export function headerText(text: string): string {
  if (text.length <= longestText && /^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, longestText);
}
