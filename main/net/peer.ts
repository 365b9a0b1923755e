import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a socket address is this machine's own. IPv4-mapped IPv6 (`::ffff:127.0.0.1`) counts.
 * An address with a zone id (`::1%eth0`) never does: no real loopback connection carries one.
 */
export function isLoopbackAddress(address: string | undefined): boolean {
  // Nearly every peer; the list makes an object for each address that it is asked about.
  if (address === '127.0.0.1' || address === '::1') return true;
  if (!address || address.includes('%')) return false;
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a host name or literal, without port, can only mean this machine. */
export function isLoopbackName(name: string): boolean {
  const bare = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return isLoopbackAddress(bare) || /^([^.]+\.)*localhost\.?$/i.test(bare);
}
