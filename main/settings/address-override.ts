import { findConflicts } from './consistency.ts';
import type { Settings } from './schema.ts';
import type { SettingsStore } from './store.ts';

/** The same store with an address from the command line, which wins over the file as long as the program runs. */
export function overrideAddress(store: SettingsStore, override: { host?: string; port?: number }): SettingsStore {
  const { host, port } = override;
  if (host === undefined && port === undefined) return store;
  let from: Settings | undefined;
  let result: Settings;
  // One object for each set of settings: what is derived from them is kept as long as they are the same.
  const apply = (settings: Settings): Settings => {
    if (settings === from) return result;
    from = settings;
    result = { ...settings, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
    return result;
  };
  const conflict = () => findConflicts(apply(store.current()))[0]?.text;
  return {
    current: () => apply(store.current()),
    problem: () => store.problem() ?? conflict(),
    onChange: (listener) => store.onChange((settings) => listener(apply(settings))),
    update: (patch) => store.update(patch),
    close: () => store.close(),
  };
}
