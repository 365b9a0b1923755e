import { Command } from 'cmdk';
import { useEffect, useRef } from 'react';
import { useFusebox } from '../state/fusebox.tsx';
import { goTo } from '../state/page.ts';
import { text } from '../text/en.ts';
import { isMac } from './key.ts';
import { type PaletteCommand, type PaletteGroup, paletteGroups } from './palette-commands.ts';

const words = text.palette;

/** Everything that can be done, a few letters away: by its key, or by the button of the rail. */
export function Palette({ pages, open, setOpen }: PaletteProps) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isAsked = (isMac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
      if (!isAsked || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setOpen(!open);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open, setOpen]);
  return open ? <PaletteDialog pages={pages} onEnd={() => setOpen(false)} /> : null;
}

export interface PaletteProps {
  pages: readonly { id: string; name: string }[];
  open: boolean;
  setOpen(open: boolean): void;
}

interface PaletteDialogProps {
  pages: readonly { id: string; name: string }[];
  onEnd(): void;
}

/** The browser's own modal dialog: it keeps the focus, and it needs no style element, which the page's policy forbids. */
function PaletteDialog({ pages, onEnd }: PaletteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const groups = usePaletteGroups(pages);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    input.current?.focus();
    // Closing gives the focus back to where it was.
    return () => element?.close();
  }, []);
  const run = (command: PaletteCommand) => {
    dialog.current?.close();
    command.run();
  };
  return (
    <dialog
      ref={dialog}
      aria-label={words.label}
      onClose={onEnd}
      // A press beside the box falls on the dialog itself.
      onPointerDown={({ target, currentTarget }) => target === currentTarget && dialog.current?.close()}
      className="mx-auto mt-[12vh] w-130 max-w-[calc(100vw-48px)] rounded-lg border border-line bg-surface p-0 text-ink shadow-sm backdrop:bg-canvas/70"
    >
      <Command label={words.label} loop vimBindings={false}>
        <Command.Input
          ref={input}
          placeholder={words.placeholder}
          className="h-11 w-full rounded-t-lg border-b border-line bg-transparent px-4 outline-none select-text placeholder:text-soft"
        />
        <Command.List
          label={words.label}
          className="max-h-[50vh] overflow-y-auto p-1.5 [scrollbar-color:var(--line)_transparent] [scrollbar-width:thin]"
        >
          <Command.Empty className="px-2.5 py-3 text-sm text-soft">{words.none}</Command.Empty>
          {groups.map((group) => (
            <Group key={group.heading} group={group} onRun={run} />
          ))}
        </Command.List>
      </Command>
    </dialog>
  );
}

function Group({ group: { heading, commands }, onRun }: { group: PaletteGroup; onRun(command: PaletteCommand): void }) {
  return (
    <Command.Group
      heading={heading}
      className="pb-1 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft"
    >
      {commands.map((command) => (
        <Command.Item
          key={command.id}
          value={command.id}
          keywords={[command.label, ...(command.keywords ?? [])]}
          onSelect={() => onRun(command)}
          className="rounded px-2.5 py-1.5 text-sm -outline-offset-2 outline-accent data-[selected=true]:bg-raised data-[selected=true]:outline-2"
        >
          {command.label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function usePaletteGroups(pages: PaletteDialogProps['pages']): PaletteGroup[] {
  const { state, call, reveal, browser } = useFusebox();
  return paletteGroups(state, pages, {
    ...(browser
      ? {}
      : {
          start: () => void call('gateway.start', undefined),
          stop: () => void call('gateway.stop', undefined),
        }),
    copyUrl: () => void call('clipboard.copy-url', undefined),
    goTo,
    addAccount(wish) {
      // Sign-ins show their steps there.
      goTo('panel');
      void call('sign-in.start', wish);
    },
    openAccount: (account) => reveal({ account }),
    checkForUpdates() {
      // It tells there what was found.
      goTo('settings/about');
      void call('update.check', undefined);
    },
  });
}
