import { isLoopbackAddress, isLoopbackName } from '../../net/peer.ts';
import type { Page } from './callback-page.ts';
import { type CallbackFields, callbackFields } from './paste.ts';
import { sameText } from './pkce.ts';

/** What the callback server reads of a request. */
export interface CallbackRequest {
  method: string;
  target: string;
  /** Every Host header. */
  hosts: readonly string[];
  /** Peer address of the connection. */
  peer: string | undefined;
}

/** A sign-in that expects the browser on this port. */
export interface Expected {
  path: string;
  state: string;
  /** Names the page that shows how it goes on; a random text. */
  pageId: string;
  /** Its state has come back already. */
  used: boolean;
}

/** What is to be done with a request. */
export type CallbackAnswer<E extends Expected> =
  | { kind: 'refuse'; page: Page }
  | { kind: 'show'; expected: E }
  | { kind: 'accept'; expected: E; fields: CallbackFields };

export const pagePrefix = '/sign-in/';

/** Decides on a request. Pure. */
export function answerCallback<E extends Expected>(
  request: CallbackRequest,
  port: number,
  waiting: readonly E[],
): CallbackAnswer<E> {
  if (!isLoopbackAddress(request.peer) || !isOurHost(request.hosts, port)) return refuse(pages.forbidden);
  if (request.method !== 'GET') return refuse(pages.method);
  const url = URL.canParse(request.target, 'http://localhost')
    ? new URL(request.target, 'http://localhost')
    : undefined;
  if (!url || !request.target.startsWith('/')) return refuse(pages.notFound);
  if (url.pathname.startsWith(pagePrefix)) {
    const id = url.pathname.slice(pagePrefix.length);
    const expected = waiting.find(({ pageId }) => sameText(pageId, id));
    return expected ? { kind: 'show', expected } : refuse(pages.notFound);
  }
  const here = waiting.filter(({ path }) => path === url.pathname);
  return here.length === 0 ? refuse(pages.notFound) : answerFields(url.searchParams, here);
}

function answerFields<E extends Expected>(query: URLSearchParams, waiting: readonly E[]): CallbackAnswer<E> {
  const read = callbackFields(query);
  if (!read.ok) return refuse(read.reason === 'no-code' ? pages.noCode : pages.badState);
  // Each is compared, so that the time taken tells nothing.
  const [expected] = waiting.filter(({ state }) => sameText(state, read.fields.state));
  if (!expected) return refuse(pages.badState);
  return expected.used ? refuse(pages.used) : { kind: 'accept', expected, fields: read.fields };
}

/** Answers DNS rebinding: only names that always mean this machine, with the port of this server. */
function isOurHost(hosts: readonly string[], port: number): boolean {
  const [host] = hosts;
  if (host === undefined || hosts.length > 1 || !URL.canParse(`http://${host}`)) return false;
  const { hostname, port: named } = new URL(`http://${host}`);
  return isLoopbackName(hostname) && Number(named || 80) === port;
}

const goBack = 'Go back to Fusebox and start the sign-in again.';

const pages = {
  forbidden: { status: 403, title: 'Not for you', text: 'Only the browser of this machine may come here.' },
  method: { status: 405, title: 'Only GET', text: 'Browsers come here by a redirect.' },
  notFound: { status: 404, title: 'Nothing here', text: 'This server exists only to end a sign-in to Fusebox.' },
  noCode: { status: 400, title: 'No code came with this address', text: goBack },
  badState: { status: 400, title: 'This address belongs to no sign-in that waits', text: goBack },
  used: { status: 409, title: 'This address was used already', text: 'Fusebox shows how the sign-in went.' },
} satisfies Record<string, Page>;

function refuse(page: Page): { kind: 'refuse'; page: Page } {
  return { kind: 'refuse', page };
}
