import type { MenuItemConstructorOptions } from 'electron';

/** The menu bar: hidden on Windows and Linux until Alt is pressed, but its shortcuts always work. */
export function applicationMenu(platform: NodeJS.Platform, development: boolean): MenuItemConstructorOptions[] {
  const inspector: MenuItemConstructorOptions[] = development ? [{ role: 'toggleDevTools' }] : [];
  const first: MenuItemConstructorOptions =
    platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'close' }, { role: 'quit' }] };
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, ...inspector],
  };
  return [first, { role: 'editMenu' }, view, { role: 'windowMenu' }];
}
