import type { Engine } from '../../engine.ts';
import { type CallHandlers, CallRefused } from './call-handlers.ts';

/** The calls that read past requests. */
export function journalCalls(journal: Engine['journal']) {
  return {
    'journal.page': (query) => journal.page(query),
    'journal.record': async ({ id }) => {
      const found = await journal.find(id);
      if (found) return found;
      throw new CallRefused('not_found', 'This request is not in the journal any more.');
    },
    'journal.choices': () => journal.choices(),
    'usage.get': (query) => journal.usage(query),
  } satisfies Partial<CallHandlers>;
}
