import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress, isLoopbackName } from '../net/peer.ts';
import { GatewayError } from './errors.ts';

/** What the guard reads of a request: the socket's own addresses and three headers, never a forwarding header. */
export interface RequestFacts {
  method: string;
  /** The request target as it came. */
  target: string;
  /** Peer address of the TCP connection. */
  peer: string | undefined;
  /** Address of our end of the connection. */
  local: string | undefined;
  /** Undefined when there is none, or more than one: which of them another server would believe is anybody's guess. */
  host: string | undefined;
  origin: string | undefined;
  fetchSite: string | undefined;
  fetchMode: string | undefined;
}

export interface GuardPolicy {
  hasKeys: boolean;
  /** The configured listen address. */
  host: string;
  allowedHosts: readonly string[];
  corsOrigins: readonly string[];
}

export function factsOf(req: IncomingMessage): RequestFacts {
  return {
    method: req.method ?? '',
    target: req.url ?? '',
    peer: req.socket.remoteAddress,
    local: req.socket.localAddress,
    host: hasOneHost(req.rawHeaders) ? req.headers.host : undefined,
    origin: req.headers.origin,
    fetchSite: single(req.headers['sec-fetch-site']),
    fetchMode: single(req.headers['sec-fetch-mode']),
  };
}

/** Names stand at the even places. RFC 9112 §3.2 asks for a refusal; Node's parser keeps the first silently. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count === 1;
}

/** Says why a request must not be served, or nothing. Pure. */
export function inspect(facts: RequestFacts, policy: GuardPolicy): GatewayError | undefined {
  if (!facts.target.startsWith('/') && facts.target !== '*')
    return new GatewayError('forbidden_host', { detail: 'absolute request target' });
  if (!policy.hasKeys && !isLoopbackAddress(facts.peer)) return new GatewayError('remote_peer');
  if (!isOwnHost(facts, policy)) return new GatewayError('forbidden_host');
  return inspectOrigin(facts, policy);
}

/** Whether CORS headers are due: only to origins that the owner listed. */
export function isListedOrigin(origin: string | undefined, policy: GuardPolicy): origin is string {
  return origin !== undefined && policy.corsOrigins.some((listed) => sameOrigin(listed, origin));
}

/** Answers DNS rebinding: a foreign name that resolves to us is not ours. */
function isOwnHost(facts: RequestFacts, policy: GuardPolicy): boolean {
  const name = hostName(facts.host);
  if (!name) return false;
  if (isLoopbackName(name)) return true;
  const bare = name.replace(/^\[|\]$/g, '');
  if (bare === policy.host || policy.allowedHosts.some((allowed) => allowed.toLowerCase() === bare)) return true;
  // The literal address that the client connected to cannot be a rebound name. Host never carries its zone (RFC 6874).
  return facts.local !== undefined && bare === facts.local.replace(/^::ffff:|%.*$/g, '');
}

function inspectOrigin(facts: RequestFacts, policy: GuardPolicy): GatewayError | undefined {
  if (isListedOrigin(facts.origin, policy)) return undefined;
  if (facts.origin !== undefined && !isOwnOrigin(facts)) return new GatewayError('forbidden_origin');
  const site = facts.fetchSite?.toLowerCase();
  if (site === 'cross-site') return new GatewayError('forbidden_origin');
  // Another port of this machine: a page there may link to us, but not call us.
  if (site === 'same-site' && facts.fetchMode?.toLowerCase() !== 'navigate')
    return new GatewayError('forbidden_origin');
  return undefined;
}

/** Our own page: same host and port as the request went to. */
export function isOwnOrigin(facts: Pick<RequestFacts, 'origin' | 'host'>): boolean {
  return (
    facts.origin !== undefined &&
    facts.host !== undefined &&
    facts.origin.toLowerCase() === `http://${facts.host.toLowerCase()}`
  );
}

function sameOrigin(listed: string, origin: string): boolean {
  return URL.canParse(listed) && new URL(listed).origin === origin.toLowerCase();
}

/** Lower-case name of a Host header without port; undefined when it is no valid one. */
function hostName(header: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase();
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
