import { type Answer, jsonAnswer, textAnswer } from '../answer.ts';
import type { RecordedRequest } from '../recording.ts';

/** What the open routes need to know. */
export interface OpenContext {
  origin: string;
  token: string;
  /** The request carries the token, though it need not. */
  authorized: boolean;
}

const openRoots = ['/auth', '/api/auth', '/docs', '/threads', '/settings', '/news.rss', '/actors/metadata'];

/** Routes that need no token: sign-in, documents, news, and pages that ask the browser for its own session. */
export function isOpen(path: string): boolean {
  return openRoots.some((root) => under(path, root));
}

export function openAnswer(request: RecordedRequest, context: OpenContext): Answer {
  const { path } = request;
  if (path === '/auth/cli-login') return cliLogin(request, context);
  if (path === '/api/auth/oauth-config') return jsonAnswer(404, { error: 'Not found' });
  if (under(path, '/api/auth')) return jsonAnswer(200, { ok: true, path });
  if (path === '/news.rss')
    return textAnswer(200, 'application/rss+xml', '<rss version="2.0"><channel><title>News</title></channel></rss>');
  if (path === '/actors/metadata') return actorMetadata(context.origin);
  return under(path, '/threads') || under(path, '/settings') ? sessionPage(request, context) : page(path);
}

/** A page that a browser sees when it is signed in there; everybody else is sent to the sign-in. */
function sessionPage(request: RecordedRequest, { authorized }: OpenContext): Answer {
  const session = /(?:^|; )amp-session=fake(?:;|$)/.test(request.headers.cookie ?? '');
  if (session || authorized) return page(request.path);
  return {
    status: 302,
    headers: { location: `/auth/sign-in?returnTo=${encodeURIComponent(request.path)}` },
    parts: [],
  };
}

function actorMetadata(origin: string): Answer {
  return jsonAnswer(200, { runtime: 'rivetkit', version: '2.0.0', clientEndpoint: `${origin}/actors`, actorNames: {} });
}

/** The page on which the owner, signed in with the browser, allows the terminal: it hands the token to the terminal's own listener. */
function cliLogin(request: RecordedRequest, { token }: OpenContext): Answer {
  const query = new URLSearchParams(request.query);
  const [authToken, port] = [query.get('authToken'), query.get('callbackPort')];
  if (!authToken || !/^[0-9a-f]{64}$/.test(authToken)) return textAnswer(400, 'text/plain', 'authToken is missing');
  if (!port) return page('/auth/cli-login');
  const callback = new URL(`http://127.0.0.1:${port}/auth/callback`);
  callback.searchParams.set('authToken', authToken);
  callback.searchParams.set('accessToken', token);
  return { status: 302, headers: { location: callback.href }, parts: [] };
}

function page(path: string): Answer {
  return textAnswer(
    200,
    'text/html; charset=utf-8',
    `<!DOCTYPE html><title>Amp</title><h1>${path.replaceAll('<', '&lt;')}</h1>`,
  );
}

export function under(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
