import { app, dialog } from 'electron';
import type { DesktopMemoryFile } from './memory.ts';
import type { DesktopNotice } from './notification.ts';
import type { TrayHost } from './status-notifier.ts';
import type { PanelWindow } from './window.ts';

export interface ClosingParts {
  trayHost: TrayHost;
  memory: DesktopMemoryFile;
  window: PanelWindow;
  notify(notice: DesktopNotice): void;
  /** What the settings say. */
  wish(): 'tray' | 'quit';
}

/** Closing the window leaves Fusebox in the tray; where no tray is certain, the owner is asked, so that nobody is trapped. */
export async function closeWindow(parts: ClosingParts): Promise<void> {
  if (parts.trayHost === 'present' && parts.wish() === 'quit') app.quit();
  else if (parts.trayHost === 'present') hideInTray(parts);
  else await askToQuit(parts.window);
}

function hideInTray({ memory, window, notify }: ClosingParts): void {
  window.hide();
  if (memory.read().toldAboutTray) return;
  memory.remember({ toldAboutTray: true });
  const body = 'Fusebox keeps serving from the tray. Quit it from the tray menu.';
  notify({ title: 'Fusebox is still running', body, silent: true });
}

async function askToQuit(window: PanelWindow): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Fusebox',
    message: 'Quit Fusebox?',
    detail:
      'This desktop shows no tray icon. Kept running, Fusebox stays in the background; start it again to see this window.',
    buttons: ['Keep running', 'Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  if (response === 0) window.minimise();
  if (response === 1) app.quit();
}
