/**
 * What Amp's clients call on Amp's host, once: the matcher and docs/amp.md both come from this table.
 * Sources: the routes of CLIProxyAPI 7.1.76 and runs of three generations of the Amp CLI (January, May, September 2026).
 */

/**
 * How a request to a route is treated:
 * - `management`: belongs to the account; needs an Amp access token.
 * - `telemetry`: as management, unless `ampcode.telemetry` is `block`.
 * - `sign-in`: works without an access token, so that signing in works on a fresh machine.
 * - `actor`: the thread actors of newer clients, which carry their own credential inside the WebSocket handshake.
 */
export type AmpRouteKind = 'management' | 'telemetry' | 'sign-in' | 'actor';

export interface AmpRoute {
  /** A path, lower case. It covers itself and everything below it; `/*.rss` stands for any feed at the root. */
  path: string;
  kind: AmpRouteKind;
  /** A person's browser opens it: its navigations are sent on to Amp's host, where the browser is signed in. */
  page?: true;
  /** For the documentation. */
  note: string;
}

/** The first match decides. */
export const ampRoutes: readonly AmpRoute[] = [
  {
    path: '/api/internal',
    kind: 'management',
    note: 'Remote calls, named by the query: ?getUserInfo, ?uploadThread …',
  },
  { path: '/api/user', kind: 'management', note: 'The account.' },
  { path: '/api/users', kind: 'management', note: 'Other accounts.' },
  {
    path: '/api/auth',
    kind: 'sign-in',
    note: 'Sign-in; newer clients read /api/auth/oauth-config before they hold a token.',
  },
  { path: '/api/meta', kind: 'management', note: 'Metadata.' },
  { path: '/api/ads', kind: 'management', note: 'Advertisements of the free mode.' },
  { path: '/api/telemetry', kind: 'telemetry', note: 'Usage events.' },
  { path: '/api/otel', kind: 'telemetry', note: 'OpenTelemetry traces and logs.' },
  { path: '/api/threads', kind: 'management', note: 'Conversation threads: list, find, read, synchronise.' },
  { path: '/api/thread-actors', kind: 'management', note: "Starts a thread in Amp's cloud (newer clients)." },
  { path: '/api/durable-thread-workers', kind: 'management', note: 'The same, April 2026.' },
  { path: '/api/user-actor-credentials', kind: 'management', note: "Credentials of the account's actor socket." },
  { path: '/api/tab', kind: 'management', note: 'Completions in editors.' },
  { path: '/api/attachments', kind: 'management', note: 'Uploads of pictures and files.' },
  { path: '/api', kind: 'management', note: 'Anything else: a new route of Amp works without a new release.' },
  { path: '/actors', kind: 'actor', note: 'Thread actors: /actors/gateway/… (WebSocket), /actors/metadata.' },
  { path: '/websocket', kind: 'actor', note: 'Thread actor (WebSocket).' },
  { path: '/connect', kind: 'actor', note: 'Thread actor (WebSocket).' },
  { path: '/auth', kind: 'sign-in', page: true, note: 'Sign-in pages, /auth/cli-login among them.' },
  { path: '/threads', kind: 'management', page: true, note: 'Threads in the browser.' },
  { path: '/docs', kind: 'management', page: true, note: 'Documentation.' },
  { path: '/settings', kind: 'management', page: true, note: 'Account settings in the browser.' },
  { path: '/pay', kind: 'management', page: true, note: 'Buying credits.' },
  { path: '/*.rss', kind: 'management', page: true, note: 'Feeds: /news.rss, /threads.rss.' },
];

/** Model calls: these are served here first, so they are no part of the table. */
const inferencePrefix = '/api/provider';

/**
 * The row for a request path (without query), or undefined when the path is not proxied to Amp. The path is compared
 * in its plainest form, so that no spelling of it (`//`, `..`, `%2f`, capitals) reaches another row than the one that
 * Amp's server would see; what is forwarded stays as received.
 */
export function matchAmpRoute(path: string): AmpRoute | undefined {
  const plain = plainPath(path);
  if (covers(inferencePrefix, plain)) return undefined;
  return ampRoutes.find((route) => covers(route.path, plain));
}

/** A path with percent-encoding, backslashes, empty and dot segments and capitals resolved, for comparison only. */
export function plainPath(path: string): string {
  const segments: string[] = [];
  for (const segment of decodeFully(path).replaceAll('\\', '/').split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`.toLowerCase();
}

function covers(pattern: string, plain: string): boolean {
  if (pattern === '/*.rss') return /^\/[^/]+\.rss$/.test(plain);
  return plain === pattern || plain.startsWith(`${pattern}/`);
}

/** Decodes ASCII escapes until nothing changes: a chain of servers may decode more than once. */
function decodeFully(path: string): string {
  let current = path;
  for (let round = 0; round < 4; round++) {
    const decoded = current.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (decoded === current) break;
    current = decoded;
  }
  return current;
}
