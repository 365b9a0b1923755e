import type { CallHandlers } from '../engine/calls/call-handlers.ts';
import { CallRefused } from '../engine/calls/call-handlers.ts';
import { engineCalls } from '../engine/calls/engine-calls.ts';
import { proxyHandlers } from '../engine/calls/proxy-handlers.ts';
import type { SettingsParts } from '../engine/calls/settings-handlers.ts';
import type { Engine } from '../engine.ts';
import type { Approve } from '../settings/change.ts';
import { type JournalParts, journalHandlers } from './journal-handlers.ts';
import type { KeyFiles } from './key-files.ts';
import { signInHandlers } from './sign-in-handlers.ts';
import { type UpdateParts, updateHandlers } from './update-handlers.ts';

export interface CallParts {
  engine: Engine;
  /** Puts text on the clipboard. */
  copy(text: string): void;
  /** Asks the owner for a folder or file of credentials; undefined when they cancel. */
  chooseImport(): Promise<string | undefined>;
  chooseExport: JournalParts['chooseExport'];
  keyFiles: KeyFiles;
  settings: Omit<SettingsParts, 'approve'>;
  /** Asks the owner, outside of the window, whether secrets may be sent elsewhere. */
  approve: Approve;
  update: UpdateParts;
}

/** The calls of window and tray: the engine's own, and those that need this machine's desktop. */
export function callHandlers(parts: CallParts): CallHandlers {
  const { engine, copy, chooseImport, chooseExport, keyFiles, approve } = parts;
  const calls = engineCalls({ engine, settings: { ...parts.settings, approve } });
  return {
    ...calls,
    ...proxyHandlers(calls, engine, approve),
    ...signInHandlers({ engine, copy, keyFiles }),
    ...journalHandlers({ engine, chooseExport }),
    ...updateHandlers(parts.update),
    'clipboard.copy-url': () => {
      copy(engine.state().gateway.url);
      return null;
    },
    'clipboard.copy-snippet': ({ id }) => {
      const found = engine.tools.snippets(true).find((snippet) => snippet.id === id);
      if (!found) throw new CallRefused('not_found', 'There is nothing of this name to copy.');
      copy(found.text);
      return null;
    },
    'accounts.import': async () => {
      const path = await chooseImport();
      if (path === undefined) throw new CallRefused('cancelled', 'Nothing was chosen.');
      return engine.importAccounts(path);
    },
  };
}
