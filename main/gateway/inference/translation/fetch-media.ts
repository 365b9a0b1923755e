import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { FieldError } from '../../../protocols/features.ts';
import type { FetchMedia } from './inline-media.ts';

export interface FetchMediaParts {
  fetch: typeof globalThis.fetch;
  /** Addresses of a host name. */
  resolve(host: string): Promise<readonly string[]>;
  /** Whether an address may be fetched from; the networks of the owner's machine must not be readable by a prompt. */
  isAllowed(address: string): boolean;
}

/** Largest picture or document, in bytes (Gemini takes 20 MB of inline data in all). */
const maxBytes = 20 * 1024 * 1024;
const limitMs = 20_000;
const mostRedirects = 3;

/** Makes the fetcher of linked media. `fetch` must not follow redirects on its own. */
export function createFetchMedia(parts: FetchMediaParts): FetchMedia {
  return async (url, field) => {
    const signal = AbortSignal.timeout(limitMs);
    try {
      const response = await follow(url, parts, signal);
      try {
        const mediaType = mediaTypeOf(response);
        return { mediaType, data: (await limitedBody(response)).toString('base64') };
      } catch (error) {
        // What is not read to its end would hold its connection.
        await response.body?.cancel().catch(() => {});
        throw error;
      }
    } catch (error) {
      const why =
        error instanceof Unfetchable ? error.message : signal.aborted ? 'it took too long' : 'it cannot be reached';
      throw new FieldError(field, `${field} could not be fetched for this provider, which takes no links: ${why}`);
    }
  };
}

class Unfetchable extends Error {}

function mediaTypeOf({ ok, status, headers }: Response): string {
  if (!ok) throw new Unfetchable(`its server answered ${status}`);
  const mediaType = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (!mediaType || mediaType === 'text/html') throw new Unfetchable('it is not a picture or document');
  return mediaType;
}

async function follow(url: string, parts: FetchMediaParts, signal: AbortSignal): Promise<Response> {
  let current = url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    await checkAddress(current, parts);
    const response = await parts.fetch(current, { redirect: 'manual', signal, headers: { accept: '*/*' } });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    current = new URL(location, current).href;
  }
  throw new Unfetchable('it is redirected too often');
}

async function checkAddress(url: string, { resolve, isAllowed }: FetchMediaParts): Promise<void> {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol !== 'https:' && protocol !== 'http:') throw new Unfetchable('its address is not http or https');
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await resolve(host);
  if (addresses.length === 0 || !addresses.every(isAllowed)) throw new Unfetchable('its address is not public');
}

async function limitedBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Unfetchable('it is larger than 20 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The addresses that the system knows for a name. */
export async function resolveHost(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
