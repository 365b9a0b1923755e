import type { AppState } from '../../preload/contract.ts';
import type { Connection } from './connection.ts';
import { patched } from './state-patch.ts';

export interface StateStreamParts {
  onState(state: AppState): void;
  onConnection(connection: Connection): void;
  /** Whether the server still knows this browser; undefined when it does not answer. */
  isKnown(): Promise<boolean | undefined>;
}

/** The browser gives a stream up that was refused: it is asked for again after this time, in milliseconds. */
const askAgainMs = 3_000;

/**
 * Follows the server's state while the page is in view: a snapshot at each start, then what changed. A stream that breaks
 * off comes back by itself. Out of view there is none: a browser has six connections to a server, for all of its tabs.
 */
export function followState(parts: StateStreamParts): void {
  let source: EventSource | undefined;
  const isInView = () => document.visibilityState === 'visible';
  const open = () => {
    if (!source && isInView()) source = openStream(parts, again);
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const again = async () => {
    close();
    if ((await parts.isKnown()) !== false) return void setTimeout(open, askAgainMs);
    document.removeEventListener('visibilitychange', onView);
    parts.onConnection('signed-out');
  };
  const onView = () => (isInView() ? open() : close());
  document.addEventListener('visibilitychange', onView);
  open();
}

/** `refused`: it will not come back by itself. */
function openStream(parts: StateStreamParts, refused: () => Promise<void>): EventSource {
  let state: AppState | undefined;
  const take = (next: AppState) => {
    state = next;
    parts.onConnection('open');
    parts.onState(next);
  };
  const source = new EventSource('events');
  source.addEventListener('state', ({ data }) => take(JSON.parse(data)));
  source.addEventListener('patch', ({ data }) => state && take(patched(state, JSON.parse(data))));
  source.addEventListener('error', () => {
    parts.onConnection('lost');
    if (source.readyState === EventSource.CLOSED) void refused();
  });
  return source;
}
