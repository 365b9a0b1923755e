import { isLoopbackName } from '../net/peer.ts';

/** The part of Electron's shell that shows a page in the owner's browser. */
export interface PageOpener {
  openExternal(url: string): Promise<void>;
}

/** Shows a page of a sign-in: over https, or on this machine. Anything else could start a program. */
export async function openPage(opener: PageOpener, address: string): Promise<boolean> {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, href } = new URL(address);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackName(hostname))) return false;
  await opener.openExternal(href);
  return true;
}
