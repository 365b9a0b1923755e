import type { AppState, Bridge, CallArgument, CallName, CallResult } from '../../preload/contract.ts';
import { type Connection, followed } from './connection.ts';
import { deskCalls } from './desk-calls.ts';
import { serverCalls } from './server-calls.ts';
import { followState } from './state-stream.ts';

/** What there is only where the window is a page of a browser. */
export interface BrowserSide {
  connection(): Connection;
  onConnection(listener: (connection: Connection) => void): () => void;
  /** Ends the session, and shows what the server says to a browser without one. */
  signOut(): Promise<void>;
}

/** How the window reaches the engine: by the application's bridge, or, with `browser`, over HTTP. */
export interface Carrier extends Bridge {
  browser?: BrowserSide;
}

/** The bridge for a browser: the same calls and states, from the server that the page came from. */
export function httpCarrier(): Carrier {
  const connection = followed<Connection>('open');
  const state = followed<AppState | undefined>(undefined);
  // Whoever is signed out stays so until the page is opened anew.
  const noticed = (now: Connection) => connection.get() !== 'signed-out' && connection.set(now);
  const server = serverCalls(noticed);
  const own = deskCalls(state.get, server);
  followState({
    onState: state.set,
    onConnection: noticed,
    async isKnown() {
      const result = await server.call('state.get', undefined);
      return result.ok || (result.error.code === 'not_connected' ? undefined : result.error.code !== 'signed_out');
    },
  });
  return {
    call<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>> {
      return own[name]?.(argument) ?? server.call(name, argument);
    },
    onState: (listener) => state.follow((now) => now && listener(now)),
    // Only the application leads its owner somewhere from outside of the window.
    onReveal: () => () => {},
    browser: {
      connection: connection.get,
      onConnection: connection.follow,
      async signOut() {
        const { ok } = await server.post('sign-out', null);
        if (ok) window.location.reload();
      },
    },
  };
}
