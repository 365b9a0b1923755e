import type { Engine } from '../engine.ts';
import { type CallHandlers, CallRefused } from './call-handlers.ts';

export interface ToolHandlerParts {
  engine: Pick<Engine, 'tools'>;
  /** Puts text on the clipboard. */
  copy(text: string): void;
}

/** The calls about other programs' settings. */
export function toolHandlers({ engine: { tools }, copy }: ToolHandlerParts) {
  return {
    'tools.look': async () => done(tools.look()),
    'tools.plan': (question) => tools.plan(question),
    'tools.connect': async (wish) => done(tools.connect(wish)),
    'tools.restore': async (wish) => done(tools.restore(wish)),
    'tools.forget': async ({ id }) => done(tools.forget(id)),
    'tools.snippets': () => tools.snippets(),
    'clipboard.copy-snippet': ({ id }) => {
      const found = tools.snippets(true).find((snippet) => snippet.id === id);
      if (!found) throw new CallRefused('not_found', 'There is nothing of this name to copy.');
      copy(found.text);
      return null;
    },
  } satisfies Partial<CallHandlers>;
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}
