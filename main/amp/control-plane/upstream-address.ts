import { GatewayError } from '../../gateway/errors.ts';

/**
 * Amp's server from the settings. Throws `amp_upstream_missing` when none is set, or when the address is this gateway:
 * requests would go round in a circle.
 */
export function upstreamAddress(setting: string, isOwnAddress: (url: URL) => boolean): URL {
  const text = setting.trim();
  if (text === '') throw new GatewayError('amp_upstream_missing');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new GatewayError('amp_upstream_missing', { detail: 'amp-upstream-url is not an http or https address' });
  }
  if (isOwnAddress(url)) {
    throw new GatewayError('amp_upstream_missing', { detail: 'amp-upstream-url is the address of this gateway' });
  }
  return url;
}

/** The request target on Amp's server: the path of its address, then path and query as received. */
export function upstreamPath(upstream: URL, path: string, query: string): string {
  const base = upstream.pathname.replace(/\/+$/, '');
  return `${base}${path}${query === '' ? '' : `?${query}`}`;
}
