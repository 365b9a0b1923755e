import type { App, Session } from 'electron';
import { pageUrl } from './page-scheme.ts';

/** Whether the window may load an address: its own pages, and the inspector's while developing. */
export function mayLoad(address: string, development: boolean): boolean {
  return address.startsWith(pageUrl) || (development && address.startsWith('devtools://'));
}

/** No network, no permissions, no downloads for anything that runs in the window. */
export function lockDownSession(session: Session, development: boolean): void {
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url, development) }));
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** No contents ever leaves its page, opens a window or embeds another page. */
export function lockDownContents(app: App): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
