import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopbackAddress } from '../../net/peer.ts';
import type { AccessKeys } from '../access-keys.ts';
import { GatewayError } from '../errors.ts';
import type { BackOff } from './back-off.ts';
import type { ManagementKey } from './management-key.ts';

export interface AdmissionDeps {
  /** The one-time token of this run. */
  token: Pick<AccessKeys, 'find'>;
  key: ManagementKey;
  /** Whether peers on other machines may come in with the key. */
  allowsRemote(): boolean;
  backOff: BackOff;
}

/** What opened the door. The token proves that the caller runs as the owner, on this machine. */
export type AdmittedBy = 'token' | 'key';

/** Lets a caller in, or rejects with GatewayError. Who counts as local is decided by the socket's peer alone. */
export async function admit(req: IncomingMessage, deps: AdmissionDeps): Promise<AdmittedBy> {
  const peer = req.socket.remoteAddress ?? '';
  const isLocal = isLoopbackAddress(peer);
  const presented = presentedKeys(req.headers);
  if (isLocal && deps.token.find(presented) !== undefined) return 'token';
  if (!isLocal && !deps.allowsRemote()) throw new GatewayError('management_remote');
  if (!deps.key.isSet()) throw new GatewayError(isLocal ? 'management_off' : 'management_remote');
  // A missing key is no wrong one: nobody guesses that way.
  if (presented.length === 0) throw new GatewayError('management_key_missing');
  if (presented.some((value) => deps.key.isKnown(value))) deps.backOff.forget(peer);
  else if (!(await (isLocal ? isRight(presented, deps) : isRightInTurn(presented, peer, deps))))
    throw new GatewayError('management_key_wrong');
  return 'key';
}

/** `Authorization`, with `Bearer` or bare, and `X-Management-Key`, as in CLIProxyAPI; never the query: it ends up in logs. */
function presentedKeys(headers: IncomingHttpHeaders): string[] {
  const [, bearer, bare] = /^(?:bearer\s+(\S.*)|(\S+))$/i.exec(headers.authorization?.trim() ?? '') ?? [];
  const own = headers['x-management-key'];
  const found = [bearer ?? bare, Array.isArray(own) ? own[0] : own].filter(
    (value) => value !== undefined && value !== '',
  );
  return [...new Set(found as string[])];
}

async function isRight(presented: readonly string[], { key }: AdmissionDeps): Promise<boolean> {
  for (const value of presented) if (await key.matches(value)) return true;
  return false;
}

async function isRightInTurn(presented: readonly string[], peer: string, deps: AdmissionDeps): Promise<boolean> {
  // Several requests at once with the right key, as of a script, are one guess: its end is the end of all.
  const looks = presented.map((value) => deps.key.underWay(value)).filter((look) => look !== undefined);
  if (looks.length === presented.length) return (await Promise.all(looks)).includes(true);
  const waitMs = deps.backOff.begin(peer);
  if (waitMs > 0) throw new GatewayError('management_back_off', { retryAfterMs: waitMs });
  let right = false;
  try {
    right = await isRight(presented, deps);
    return right;
  } finally {
    deps.backOff.ended(peer, right);
  }
}
