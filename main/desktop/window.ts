import { BrowserWindow, type IpcMainInvokeEvent, nativeTheme, screen } from 'electron';
import type { AppState, RevealTarget } from '../../preload/contract.ts';
import { revealChannel, stateChannel } from './ipc.ts';
import { pageUrl } from './page-scheme.ts';
import { openingPlace, type Place, smallestWindow } from './window-place.ts';

/** `--canvas` of renderer/theme.css: what is seen until the page has painted. */
const canvas = { light: '#f6f5f2', dark: '#191816' };

export interface WindowParts {
  preload: string;
  icon: string;
  development: boolean;
  lastPlace(): Place | undefined;
  rememberPlace(place: Place): void;
  /** Called when the owner closes the window; the window stays as it is until told otherwise. */
  onClose(): void;
  /** The page's process ended by itself. */
  onCrash(reason: string): void;
}

/** The one window. It is made when first shown and then kept, so that it opens at once. */
export interface PanelWindow {
  show(): void;
  /** Shows the window with this in view. */
  reveal(target: RevealTarget): void;
  hide(): void;
  minimise(): void;
  toggle(): void;
  /** Loads the page again after its process ended. */
  reload(): void;
  /** Hands a state to the page; a hidden window gets none, it asks when it is shown again. */
  send(state: AppState): void;
  /** Whether an IPC message comes from our page in the main frame of this window. */
  isOurs(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean;
  /** Closes for good. */
  destroy(): void;
}

/** Makes the window's handle; `current` gives the latest state whenever the window comes into view. */
export function createPanelWindow(parts: WindowParts, current: () => AppState): PanelWindow {
  let window: BrowserWindow | undefined;
  const opened = () => {
    window ??= open(parts, () => window?.webContents.send(stateChannel, current()));
    return window;
  };
  const panel: PanelWindow = {
    show() {
      const shown = opened();
      if (shown.isMinimized()) shown.restore();
      shown.show();
      shown.focus();
    },
    reveal(target) {
      panel.show();
      const { webContents } = opened();
      const send = () => webContents.send(revealChannel, target);
      if (webContents.isLoading()) webContents.once('did-finish-load', send);
      else send();
    },
    hide: () => window?.hide(),
    minimise: () => window?.minimize(),
    toggle: () => (window?.isVisible() && window.isFocused() ? panel.hide() : panel.show()),
    reload: () => window?.webContents.reload(),
    send(state) {
      if (window?.isVisible()) window.webContents.send(stateChannel, state);
    },
    isOurs({ senderFrame }) {
      return (
        senderFrame !== null && senderFrame === window?.webContents.mainFrame && senderFrame.url.startsWith(pageUrl)
      );
    },
    destroy() {
      if (window) remember(window, parts);
      window?.destroy();
      window = undefined;
    },
  };
  return panel;
}

function open(parts: WindowParts, refresh: () => void): BrowserWindow {
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...openingPlace(parts.lastPlace(), displays),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Fusebox',
    icon: parts.icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? canvas.dark : canvas.light,
    webPreferences: {
      preload: parts.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: parts.development,
    },
  });
  window.on('show', refresh);
  window.on('close', (event) => {
    event.preventDefault();
    remember(window, parts);
    parts.onClose();
  });
  window.on('hide', () => remember(window, parts));
  window.webContents.on('render-process-gone', (_event, details) => parts.onCrash(details.reason));
  void window.loadURL(pageUrl);
  return window;
}

/** Full screen and minimised are states, not places. */
function remember(window: BrowserWindow, parts: WindowParts): void {
  if (!window.isMinimized() && !window.isFullScreen()) parts.rememberPlace(window.getNormalBounds());
}
