/** Slows down guessing, by peer: after some wrong keys the next one is looked at only after a while. */
export interface BackOff {
  /** Milliseconds until a key of this peer may be looked at; 0 for now, which then counts as begun until `ended`. */
  begin(peer: string): number;
  /** How a look that has begun ended. */
  ended(peer: string, right: boolean): void;
  /** The right key has come: wrong ones before it do not count any more. */
  forget(peer: string): void;
}

/** Wrong keys in a row that cost nothing: people mistype. */
const freeTries = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** A look is under way: the next key of the same peer may come after it. */
const busyWaitMs = 1_000;
/** Looks under way at a time, of all peers: each takes 32 MB. */
const mostLooks = 4;
/** Peers that are remembered; the one that was first seen longest ago is forgotten. */
const mostPeers = 10_000;

interface Peer {
  failures: number;
  /** Not before this time. */
  nextAt: number;
  looking: boolean;
}

/** Only for peers on other machines: this one is never slowed down. `now` in milliseconds since the Unix epoch. */
export function createBackOff(now: () => number): BackOff {
  const peers = new Map<string, Peer>();
  let looks = 0;
  return {
    begin(address) {
      const name = networkOf(address);
      const peer = peers.get(name) ?? { failures: 0, nextAt: 0, looking: false };
      const waitMs = Math.min(peer.nextAt - now(), longestWaitMs);
      if (waitMs > 0) return waitMs;
      if (peer.looking || looks >= mostLooks) return busyWaitMs;
      peer.looking = true;
      looks += 1;
      peers.set(name, peer);
      const [oldest] = peers.keys();
      if (peers.size > mostPeers && oldest !== undefined) peers.delete(oldest);
      return 0;
    },
    ended(address, right) {
      looks -= 1;
      const name = networkOf(address);
      const peer = peers.get(name);
      if (right || !peer) return void peers.delete(name);
      peer.looking = false;
      peer.failures += 1;
      if (peer.failures >= freeTries)
        peer.nextAt = now() + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(peer.failures - freeTries, 10));
    },
    forget: (address) => void peers.delete(networkOf(address)),
  };
}

/** Whoever has one IPv6 address has its whole /64 (RFC 6177). */
function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped?.[1]) return mapped[1];
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const gap = plain.includes('::')
    ? Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
    : [];
  return [...left, ...gap, ...right].slice(0, 4).join(':');
}
