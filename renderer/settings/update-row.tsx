import { useState } from 'react';
import type { UpdateView } from '../../preload/update-view.ts';
import { Button } from '../shell/button.tsx';
import { useFusebox } from '../state/fusebox.tsx';
import { text } from '../text/en.ts';

const words = text.settings.update;

/** Which version this is, whether there is a newer one, and the one thing to do next; no button where there is nothing to do. */
export function UpdateRow() {
  const { version, update } = useFusebox().state;
  const newer = update && 'version' in update ? update : undefined;
  return (
    <div className="grid gap-3 border-t border-line px-5 py-3">
      <div className="flex items-center gap-6">
        <div className="min-w-0 flex-1">
          <p className="font-medium select-text">{words.version(version)}</p>
          <p role="status" className="text-sm text-soft">
            {update ? standing(update) : words.ofServer}
          </p>
        </div>
        {update ? <NextStep update={update} /> : null}
      </div>
      {update?.status === 'downloading' ? <Progress percent={update.percent} version={update.version} /> : null}
      {newer?.notes ? <Notes version={newer.version} notes={newer.notes} /> : null}
    </div>
  );
}

function standing(update: UpdateView): string {
  switch (update.status) {
    case 'off':
    case 'failed':
      return update.reason;
    case 'available':
    case 'ready':
      return words[update.status](update.version);
    case 'downloading':
      return words.downloading(update.version, update.percent);
    default:
      return words[update.status];
  }
}

function NextStep({ update }: { update: UpdateView }) {
  const { call } = useFusebox();
  const [restarting, setRestarting] = useState(false);
  const restart = async () => {
    setRestarting(true);
    const { ok } = await call('update.install', undefined);
    if (!ok) setRestarting(false);
  };
  switch (update.status) {
    case 'off':
    case 'downloading':
      return null;
    case 'available':
      return (
        <Button weight="primary" onClick={() => void call('update.download', undefined)}>
          {words.download(update.version)}
        </Button>
      );
    case 'ready':
      return (
        <Button weight="primary" disabled={restarting} onClick={() => void restart()}>
          {restarting ? words.restarting : words.install}
        </Button>
      );
    default:
      // It keeps its place, and the focus, while the answer is on its way.
      return (
        <Button
          aria-disabled={update.status === 'checking'}
          className="aria-disabled:opacity-60"
          onClick={() => void call('update.check', undefined)}
        >
          {words.check}
        </Button>
      );
  }
}

function Progress({ percent, version }: { percent: number; version: string }) {
  return (
    <div
      role="progressbar"
      aria-label={words.progress(version)}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-1.5 rounded-sm bg-raised forced-colors:outline"
    >
      <div className="h-full rounded-sm bg-accent forced-colors:bg-[Highlight]" style={{ width: `${percent}%` }} />
    </div>
  );
}

/** Text from outside: shown as it is, in a place of its own that scrolls when it is long. */
function Notes({ version, notes }: { version: string; notes: string }) {
  return (
    <section
      aria-label={words.notes(version)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      className="max-h-48 overflow-y-auto rounded-md bg-raised px-3 py-2 text-sm whitespace-pre-line select-text [scrollbar-color:var(--control)_transparent] [scrollbar-width:thin]"
    >
      {notes}
    </section>
  );
}
