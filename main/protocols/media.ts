import type { Media } from './conversation.ts';

/** Media that a URL names or, as `data:` (RFC 2397), is. Undefined for what is neither that nor http(s). */
export function mediaOfUrl(url: string): Media | undefined {
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const [type = '', ...parameters] = url.slice(5, comma).split(';');
  const mediaType = type.trim().toLowerCase() || 'text/plain';
  const data = url.slice(comma + 1);
  if (parameters.some((one) => one.trim().toLowerCase() === 'base64')) {
    return { kind: 'data', mediaType, data: data.replaceAll(/\s+/g, '') };
  }
  return { kind: 'data', mediaType, data: Buffer.from(percentDecoded(data)).toString('base64') };
}

/** Media that travel with a request, as one URL. */
export function dataUrl({ mediaType, data }: { mediaType: string; data: string }): string {
  return `data:${mediaType};base64,${data}`;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
