import type { NewerVersion, UpdateView } from '../../preload/update-view.ts';

/** How this Fusebox was installed. */
export interface Installation {
  /** False when it runs from its sources. */
  packaged: boolean;
  platform: NodeJS.Platform;
  /** Whether the build says where updates come from. */
  hasFeed: boolean;
  /** The file that an AppImage was started from. */
  appImage: string | undefined;
}

/** Why an installation cannot update itself, for people; undefined where it can. */
export function whyNoUpdates({ packaged, platform, hasFeed, appImage }: Installation): string | undefined {
  if (!packaged) return 'Fusebox runs from its sources. Update them with git.';
  // A Debian package would have to be installed by root, which a tray application has no business to be.
  if (platform === 'linux' && !appImage) return 'This installation is updated by whoever installed it, not by Fusebox.';
  if (!hasFeed) return 'This build does not say where updates come from.';
  return undefined;
}

/** What happens to an update; `wanted` is the owner's or the timer's wish. */
export type UpdateEvent =
  | { kind: 'check-wanted' }
  | { kind: 'nothing-newer' }
  | ({ kind: 'found' } & NewerVersion)
  | { kind: 'download-wanted' }
  | { kind: 'progress'; percent: number }
  | { kind: 'downloaded' }
  | { kind: 'failed'; reason: string };

/** The view after an event; the very same object where the event does not fit, such as a check during a download. */
export function nextUpdate(view: UpdateView, event: UpdateEvent): UpdateView {
  switch (event.kind) {
    case 'check-wanted':
      return mayCheck(view) ? { status: 'checking' } : view;
    case 'nothing-newer':
      return view.status === 'checking' ? { status: 'current' } : view;
    case 'found':
      return view.status === 'checking' ? { status: 'available', ...newer(event) } : view;
    case 'download-wanted':
      return view.status === 'available' ? { status: 'downloading', ...newer(view), percent: 0 } : view;
    case 'progress':
      return progressed(view, event.percent);
    case 'downloaded':
      return view.status === 'downloading' ? { status: 'ready', ...newer(view) } : view;
    case 'failed':
      return view.status === 'off' ? view : { status: 'failed', reason: event.reason };
  }
}

function newer({ version, notes }: NewerVersion): NewerVersion {
  return notes === undefined ? { version } : { version, notes };
}

/** A found update may be looked for again: a newer one may have come. */
function mayCheck({ status }: UpdateView): boolean {
  return status !== 'off' && status !== 'checking' && status !== 'downloading' && status !== 'ready';
}

function progressed(view: UpdateView, percent: number): UpdateView {
  if (view.status !== 'downloading') return view;
  const whole = Math.floor(Math.min(100, Math.max(0, percent)));
  return whole === view.percent ? view : { ...view, percent: whole };
}
