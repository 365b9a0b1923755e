import { isLoopbackName } from '../net/peer.ts';
import type { Provider } from '../providers/contract.ts';

/** The part of Electron's shell that shows a page in the owner's browser. */
export interface PageOpener {
  openExternal(url: string): Promise<void>;
}

/** Where pages may be shown from. */
export interface AllowedPages {
  /** Origins that the owner has put in the settings; http for this machine too. */
  own: readonly string[];
  /** Host names; https only. */
  hosts: readonly string[];
  /** Host names with all their subdomains; https only. */
  domains: readonly string[];
}

/** Where failed sign-ins are put right: verifying an account, turning an API on, choosing a plan. */
const helpHosts = [
  'console.cloud.google.com',
  'console.developers.google.com',
  'accounts.google.com',
  'one.google.com',
];

/** The pages of every sign-in, from the declarations of the providers and the owner's own addresses of them. */
export function allowedPages(
  providers: readonly Pick<Provider, 'defaultEndpoints' | 'signIns'>[],
  endpoints: Readonly<Record<string, { authorize?: string | undefined; token?: string | undefined } | undefined>>,
): AllowedPages {
  const declared = providers.flatMap(({ defaultEndpoints: { authorize, token } }) => [authorize, token]);
  const own = Object.values(endpoints).flatMap((one) => [one?.authorize, one?.token]);
  return {
    own: urlsOf(own).map(({ origin }) => origin),
    hosts: [...helpHosts, ...urlsOf(declared).map(({ host }) => host)],
    domains: providers.flatMap(({ signIns }) =>
      signIns.flatMap((flow) => (flow.method === 'device' ? flow.verificationHosts : [])),
    ),
  };
}

/** Shows a page of a sign-in in the owner's browser. Anything but those could start a program, or be somebody's trap. */
export async function openPage(opener: PageOpener, address: string, allowed: AllowedPages): Promise<boolean> {
  const [url] = urlsOf([address]);
  if (!url || !mayOpen(url, allowed)) return false;
  await opener.openExternal(url.href);
  return true;
}

function mayOpen({ protocol, origin, host, hostname }: URL, { own, hosts, domains }: AllowedPages): boolean {
  if (own.includes(origin)) return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
  if (protocol !== 'https:') return false;
  return hosts.includes(host) || domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function urlsOf(addresses: readonly (string | undefined)[]): URL[] {
  return addresses.flatMap((address) => (address && URL.canParse(address) ? [new URL(address)] : []));
}
