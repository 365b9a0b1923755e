import type { CallArgument, CallName, CallResults } from '../../preload/contract.ts';
import type { Engine } from '../engine.ts';
import { type JournalParts, journalHandlers } from './journal-handlers.ts';
import type { KeyFiles } from './key-files.ts';
import { type SettingsParts, settingsHandlers } from './settings-handlers.ts';
import { signInHandlers } from './sign-in-handlers.ts';
import { toolHandlers } from './tool-handlers.ts';
import { type UpdateParts, updateHandlers } from './update-handlers.ts';

/** One handler for every call of the contract. */
export type CallHandlers = {
  [N in CallName]: (argument: CallArgument<N>) => Promise<CallResults[N]> | CallResults[N];
};

/** A refusal in words for people. */
export class CallRefused extends Error {
  readonly code: string;
  readonly fix: string | undefined;
  constructor(code: string, message: string, fix?: string) {
    super(message);
    this.name = 'CallRefused';
    this.code = code;
    this.fix = fix;
  }
}

export interface CallParts {
  engine: Engine;
  /** Puts text on the clipboard. */
  copy(text: string): void;
  /** Asks the owner for a folder or file of credentials; undefined when they cancel. */
  chooseImport(): Promise<string | undefined>;
  chooseExport: JournalParts['chooseExport'];
  keyFiles: KeyFiles;
  settings: SettingsParts;
  update: UpdateParts;
}

/** The calls of window and tray, carried out by the engine. */
export function callHandlers(parts: CallParts): CallHandlers {
  const { engine, copy, chooseImport, chooseExport, keyFiles } = parts;
  return {
    'state.get': () => engine.state(),
    'gateway.start': async () => started(engine, engine.start()),
    'gateway.stop': async () => done(engine.stop()),
    'gateway.use-port': async ({ port }) => started(engine, engine.usePort(port)),
    'usage.read': () => {
      engine.readUsage();
      return null;
    },
    'models.list': () => engine.models.view(),
    'models.save': async (change) => done(engine.models.save(change)),
    'route.explain': (question) => engine.explainRoute(question),
    'account.pause': async ({ id, paused }) => done(engine.pauseAccount(id, paused)),
    'account.reset': async ({ id }) => done(engine.resetAccount(id)),
    'account.remove': async ({ id }) => done(engine.removeAccount(id)),
    'account.restore': async ({ id }) => {
      if (await engine.restoreAccount(id)) return null;
      throw new CallRefused('too_late', 'The account is gone for good by now.', 'Add it again.');
    },
    'account.update': async ({ id, ...patch }) => done(engine.updateAccount(id, patch)),
    ...signInHandlers({ engine, copy, keyFiles }),
    ...journalHandlers({ engine, chooseExport }),
    ...settingsHandlers(parts.settings),
    ...toolHandlers({ engine, copy }),
    ...updateHandlers(parts.update),
    'clipboard.copy-url': () => {
      copy(engine.state().gateway.url);
      return null;
    },
    'accounts.import': async () => {
      const path = await chooseImport();
      if (path === undefined) throw new CallRefused('cancelled', 'Nothing was chosen.');
      return engine.importAccounts(path);
    },
    'credentials.settle-originals': async ({ remove }) => done(engine.settleOriginals(remove)),
  };
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

/** A start that fails says so in the state, with what to do; the caller gets the same words. */
async function started(engine: Engine, start: Promise<void>): Promise<null> {
  try {
    await start;
    return null;
  } catch (error) {
    const { problem } = engine.state().gateway;
    throw problem ? new CallRefused(problem.code, problem.message, problem.fix) : error;
  }
}
