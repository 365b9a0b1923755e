import type { CallArgument, CallName, CallResult } from '../../preload/contract.ts';
import { text } from '../text/en.ts';
import type { Connection } from './connection.ts';

/** Carries out calls by asking the server that the page came from. */
export interface ServerCalls {
  call<N extends CallName>(name: N, argument: CallArgument<N>): Promise<CallResult<N>>;
  /** POSTs to a path below the page's own; never rejects. */
  post<N extends CallName>(path: string, body: unknown): Promise<CallResult<N>>;
}

/** `noticed` is told what an answer, or its absence, says of the connection. */
export function serverCalls(noticed: (connection: Connection) => void): ServerCalls {
  const post: ServerCalls['post'] = async (path, body) => {
    try {
      const answer = await fetch(path, {
        method: 'POST',
        // No other page can send this header without our leave.
        headers: { 'content-type': 'application/json', 'x-fusebox-ui': '1' },
        body: JSON.stringify(body ?? null),
      });
      const said = await answer.json();
      noticed(answer.status === 401 ? 'signed-out' : 'open');
      return said;
    } catch {
      noticed('lost');
      return refused('not_connected', text.browser.connection.lost);
    }
  };
  return { post, call: (name, argument) => post(`call/${name}`, argument) };
}

/** What a call answers that could not be carried out here. */
export function refused(code: string, message: string): { ok: false; error: { code: string; message: string } } {
  return { ok: false, error: { code, message } };
}
