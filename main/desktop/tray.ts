import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, nativeTheme, Tray } from 'electron';
import type { AppState } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import { trayIconFile, trayIconState } from './tray-icon.ts';
import { type MenuItem, type TrayAction, trayMenu, trayTooltip } from './tray-menu.ts';

export interface TrayParts {
  assetsDir: string;
  platform: NodeJS.Platform;
  clock: Clock;
  onAction(action: TrayAction): void;
  /** A click on the icon itself, where the platform has one besides the menu. */
  onClick(): void;
}

/** The icon beside the clock. The object must be kept: an icon that is collected disappears. */
export interface PanelTray {
  show(state: AppState): void;
  destroy(): void;
}

/** Puts the icon up. It is redrawn only when something about it changed, because some panels drop menus that change fast. */
export function createTray(parts: TrayParts, first: AppState): PanelTray {
  const tray = new Tray(readIcon(iconFile(parts, first)));
  tray.setIgnoreDoubleClickEvents(true);
  let state = first;
  let menu: Menu | undefined;
  let drawn = '';

  const show = (next: AppState) => {
    state = next;
    const items = trayMenu(state, parts.clock.now());
    const tooltip = trayTooltip(state, parts.clock.now());
    const icon = iconFile(parts, state);
    const look = JSON.stringify([items, tooltip, icon]);
    if (look === drawn) return;
    drawn = look;
    tray.setImage(readIcon(icon));
    tray.setToolTip(tooltip);
    menu = Menu.buildFromTemplate(items.map((item) => template(item, parts)));
    // On macOS a fixed menu swallows clicks, on Windows the left click opens the window: only Linux gets one.
    if (parts.platform === 'linux') tray.setContextMenu(menu);
  };
  const redraw = () => show(state);
  const popUp = () => menu && tray.popUpContextMenu(menu);

  nativeTheme.on('updated', redraw);
  tray.on('right-click', popUp);
  tray.on('click', () => (parts.platform === 'darwin' ? popUp() : parts.onClick()));
  show(first);
  return {
    show,
    destroy() {
      nativeTheme.off('updated', redraw);
      tray.destroy();
    },
  };
}

function iconFile({ assetsDir, platform }: TrayParts, state: AppState): string {
  const darkTaskbar = platform === 'win32' && nativeTheme.shouldUseDarkColorsForSystemIntegratedUI;
  return trayIconFile(assetsDir, trayIconState(state), { platform, darkTaskbar });
}

function readIcon(file: string): NativeImage {
  const image = nativeImage.createFromPath(file);
  if (image.isEmpty()) throw new Error(`The tray icon ${file} cannot be read`);
  return image;
}

function template(item: MenuItem, parts: TrayParts): MenuItemConstructorOptions {
  if (item.kind === 'separator') return { type: 'separator' };
  const { platform, onAction } = parts;
  const label = menuLabel(item.text, platform);
  if (item.kind === 'submenu') return { label, submenu: item.items.map((one) => template(one, parts)) };
  return item.kind === 'line' ? { label, enabled: false } : { label, click: () => onAction(item.action) };
}

/** Windows and Linux take a single & for a keyboard mark. */
function menuLabel(text: string, platform: NodeJS.Platform): string {
  return platform === 'darwin' ? text : text.replaceAll('&', '&&');
}
