import type { ToolPlan, ToolStatus } from '../../preload/tools-view.ts';

/** The words of the Tools page; a part of the catalogue in en.ts. */
export const toolsText = {
  heading: 'Tools',
  here: 'On this computer',
  hereInBrowser: 'Where Fusebox runs',
  hereHint: 'Connecting writes only the lines shown. What a file was before is kept and can be put back at any time.',
  none: 'None of the tools that Fusebox knows was found here. The lines further down connect anything by hand.',
  status: {
    connected: 'Connected',
    outdated: 'Needs an update',
    changed: 'Changed by someone else',
    'not-connected': 'Not connected',
    'not-installed': 'Not found',
    unreadable: 'Cannot be read',
  } satisfies Record<ToolStatus, string>,
  sentence: {
    connected: (since: string | undefined) => (since ? `Since ${since}.` : 'Its owner has pointed it here by hand.'),
    outdated:
      'Its settings name an address or key that Fusebox does not have any more, or only half of them is written.',
    changed:
      'Somebody else has written other values where those of Fusebox were. Nothing is overwritten until you choose.',
    'not-connected': 'Its requests do not come here.',
  },
  files: (count: number) => (count === 1 ? 'Settings file' : 'Settings files'),
  missing: 'does not exist yet',
  foundAt: 'Found at',
  backup: 'Kept in',
  connect: 'Connect…',
  update: 'Update…',
  restore: 'Restore…',
  again: 'Connect again…',
  original: 'Put the original back…',
  keepTheirs: 'Keep theirs',
  actionOf: (action: string, tool: string) => `${action.replace('…', '')}: ${tool}`,
  confirm: { connect: 'Connect', restore: 'Restore' } satisfies Record<ToolPlan['action'], string>,
  cancel: 'Cancel',
  planHeading: {
    connect: 'This is written',
    restore: 'This is put back',
  } satisfies Record<ToolPlan['action'], string>,
  change: { create: 'new file', edit: 'changed', delete: 'file removed', none: 'stays as it is' },
  added: 'added',
  removed: 'removed',
  line: (number: number) => `line ${number}`,
  nothing: 'Nothing has to be written: everything is there already.',
  next: 'Next:',
  notThrough: 'Note:',
  absent: {
    heading: 'Not found on this computer',
    headingInBrowser: 'Not found there',
    hint: 'They show up above as soon as they are installed.',
  },
  snippets: {
    heading: 'Anything else',
    hint: 'For whatever reads its address from the environment. Copying fills in the access key where one is needed.',
    /** No secret reaches a page of a browser. */
    hintInBrowser: (mask: string | undefined) =>
      `For whatever reads its address from the environment.${mask === undefined ? '' : ` Put an access key in the place of ${mask}.`}`,
    copy: 'Copy',
    copyOf: (label: string) => `Copy: ${label}`,
  },
  limits: {
    heading: 'What cannot go through Fusebox',
    list: [
      {
        name: 'Amp Neo',
        why: 'Amp of July 2026 and later runs its models in Amp’s cloud. It works through Fusebox, but spends Amp credits.',
      },
      {
        name: 'The chats of Cursor and Windsurf',
        why: 'Their makers’ servers call the models and cannot reach this computer. The Amp extension in them can be connected.',
      },
      { name: 'GitHub Copilot', why: 'It only talks to GitHub’s servers.' },
      { name: 'Web and phone apps', why: 'They run outside of this computer, where 127.0.0.1 is another machine.' },
    ],
  },
  panel: {
    heading: 'Tools',
    none: 'No tool is connected yet.',
    open: 'Connect tools',
    word: { connected: 'Connected', outdated: 'Update due', changed: 'Changed' },
  },
} as const;
