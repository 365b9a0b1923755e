import type { UpdateView } from '../../preload/update-view.ts';
import type { MenuItem } from './tray-menu.ts';

/** The lines of the tray menu about updates: how it stands, and the one thing to do next. */
export function updateItems(update: UpdateView | undefined): MenuItem[] {
  const check: MenuItem = { kind: 'action', text: 'Check for updates…', action: 'check-update' };
  switch (update?.status) {
    case undefined:
    case 'off':
      return [];
    case 'unasked':
      return [check];
    case 'checking':
      return [line('Checking for updates…')];
    case 'current':
      return [line('Fusebox is up to date'), check];
    case 'available':
      return [{ kind: 'action', text: `Download Fusebox ${update.version}`, action: 'download-update' }];
    case 'downloading':
      return [line(`Downloading Fusebox ${update.version}  ${update.percent} %`)];
    case 'ready':
      return [{ kind: 'action', text: `Restart with Fusebox ${update.version}`, action: 'install-update' }];
    case 'failed':
      return [line(`No update: ${update.reason}`), check];
  }
}

function line(text: string): MenuItem {
  return { kind: 'line', text };
}
