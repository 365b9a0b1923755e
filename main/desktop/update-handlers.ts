import type { AppState } from '../../preload/contract.ts';
import { type CallHandlers, CallRefused } from '../engine/calls/call-handlers.ts';
import type { Engine } from '../engine.ts';
import type { Updates } from './updates.ts';

export interface UpdateParts {
  updates: Pick<Updates, 'view' | 'check' | 'download'>;
  /** Ends Fusebox as quitting does, and lets the new version take its place. */
  installUpdate(): void;
}

/** The calls about a newer version. Each answers when its work is done; the state tells how it goes meanwhile. */
export function updateHandlers({ updates, installUpdate }: UpdateParts) {
  return {
    'update.check': async () => {
      await updates.check();
      return null;
    },
    'update.download': async () => {
      await updates.download();
      return null;
    },
    'update.install': () => {
      if (updates.view().status !== 'ready') throw new CallRefused('nothing_to_install', 'No update is ready.');
      installUpdate();
      return null;
    },
  } satisfies Partial<CallHandlers>;
}

/** The engine, with what is known of updates in its state. */
export function withUpdates(engine: Engine, updates: Pick<Updates, 'view' | 'onChange'>): Engine {
  const complete = (state: AppState): AppState => ({ ...state, update: updates.view() });
  return {
    ...engine,
    state: () => complete(engine.state()),
    onState(listener) {
      const ends = [
        engine.onState((state) => listener(complete(state))),
        updates.onChange(() => listener(complete(engine.state()))),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
