import type { AppState } from '../../preload/contract.ts';

/** The state after a patch: its parts are whole, and null is a part that is gone. See main/gateway/management/event-streams.ts. */
export function patched(state: AppState, patch: Readonly<Record<string, unknown>>): AppState {
  const next: Record<string, unknown> = { ...state };
  for (const [part, value] of Object.entries(patch)) {
    if (value === null) delete next[part];
    else next[part] = value;
  }
  // Its parts have come from the same engine as the whole.
  return next as unknown as AppState;
}
