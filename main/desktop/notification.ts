import { Notification } from 'electron';

export interface DesktopNotice {
  title: string;
  body: string;
  silent?: boolean;
  onClick?(): void;
}

/** One that is collected no longer answers to clicks: shown ones are kept until they end. */
export function createNotifier(): (notice: DesktopNotice) => void {
  const shown = new Set<Notification>();
  return ({ title, body, silent = false, onClick }) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body, silent });
    const end = () => shown.delete(notification);
    shown.add(notification);
    notification.once('close', end);
    notification.once('failed', end);
    notification.once('click', () => {
      end();
      onClick?.();
    });
    notification.show();
  };
}
