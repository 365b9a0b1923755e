import type { RecordedRequest } from './recording.ts';

const forwarded = /^(x-forwarded-|forwarded$|via$|x-real-ip$|proxy-)/;
const hopByHop = ['keep-alive', 'te', 'trailer', 'trailers', 'http2-settings'];
/** What an HTTP client of its own right may say about its connection. */
const plainConnection = ['keep-alive', 'close', 'upgrade'];

/** Headers that show a careless proxy: where the client came from, or what only concerned the client's own connection. */
export function proxyTraces(request: RecordedRequest): string[] {
  const found = Object.keys(request.headers).filter((name) => forwarded.test(name) || hopByHop.includes(name));
  const connection = (request.headers.connection ?? '').toLowerCase().split(',');
  const odd = connection
    .map((token) => token.trim())
    .filter((token) => token !== '' && !plainConnection.includes(token));
  const upgrade =
    request.headers.upgrade !== undefined && request.headers.upgrade.toLowerCase() !== 'websocket' ? ['upgrade'] : [];
  return [...found, ...odd.map((token) => `connection: ${token}`), ...upgrade].map(
    (trace) => `${request.method} ${request.path}: ${trace}`,
  );
}
