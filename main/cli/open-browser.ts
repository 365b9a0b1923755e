import { spawn } from 'node:child_process';
import { isLoopbackName } from '../net/peer.ts';

export interface Desk {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
}

/** Shows a page in the user's browser; resolves to whether a program for that was started. Never rejects. */
export function openBrowser(address: string, desk: Desk): Promise<boolean> {
  const [command, ...args] = commandFor(address, desk);
  if (command === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Without a shell: an address is never read as a command. Nothing on a machine without a screen, as over SSH. */
function commandFor(address: string, { platform, env }: Desk): string[] {
  if (!URL.canParse(address)) return [];
  const { protocol, hostname, href } = new URL(address);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackName(hostname))) return [];
  if (platform === 'darwin') return ['open', href];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', href];
  if (env.BROWSER) return [env.BROWSER, href];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', href] : [];
}
