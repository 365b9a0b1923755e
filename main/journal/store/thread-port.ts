import { Worker } from 'node:worker_threads';
import type { StoreRequest } from './host.ts';
import type { OpenPort, StorePort } from './port.ts';
import type { Retention } from './request-store.ts';

/** What goes to the thread; the first message is `begin`. */
export type ToThread =
  | { kind: 'begin'; file: string; retention: Retention }
  | { kind: 'ask'; number: number; request: StoreRequest; retention: Retention }
  | { kind: 'end' };

/** What comes back. */
export type FromThread =
  | { kind: 'answer'; number: number; value: unknown }
  | { kind: 'failure'; number: number; message: string }
  | { kind: 'set-aside'; message: string }
  | { kind: 'idle' };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Works on the file in a thread of its own, so that a slow disk never holds up a request. The thread is started when it
 * is needed and ended when it has nothing to do: it costs some 10 MB. `script` is the built journal-worker.js.
 */
export function threadPort(script: string): OpenPort {
  return ({ file, retention, onSetAside }): StorePort => {
    const waiting = new Map<number, Waiting>();
    let thread: Worker | undefined;
    let ending: Promise<void> | undefined;
    let count = 0;

    const onMessage = (message: FromThread) => {
      if (message.kind === 'set-aside') return onSetAside(message.message);
      if (message.kind === 'idle') return void (waiting.size === 0 && end());
      const asked = waiting.get(message.number);
      waiting.delete(message.number);
      if (waiting.size === 0) thread?.unref();
      if (message.kind === 'answer') asked?.resolve(message.value);
      else asked?.reject(new Error(message.message));
    };
    const start = () => {
      const started = new Worker(script, { name: 'journal' });
      started.on('message', onMessage);
      const fail = (error: Error) => {
        if (thread === started) thread = undefined;
        for (const { reject } of waiting.values()) reject(error);
        waiting.clear();
      };
      started.on('error', fail);
      started.once('exit', () => fail(new Error('The thread of the journal has ended')));
      post(started, { kind: 'begin', file, retention: retention() });
      return started;
    };
    const end = (): Promise<void> => {
      const last = thread;
      if (!last) return ending ?? Promise.resolve();
      thread = undefined;
      ending = new Promise((resolve) => {
        last.once('exit', () => {
          ending = undefined;
          resolve();
        });
        last.ref();
        post(last, { kind: 'end' });
      });
      return ending;
    };
    return {
      async ask(request) {
        const number = ++count;
        // One thread at a time has the file.
        while (ending) await ending;
        return new Promise((resolve, reject) => {
          waiting.set(number, { resolve, reject });
          thread ??= start();
          thread.ref();
          post(thread, { kind: 'ask', number, request, retention: retention() });
        });
      },
      close: end,
    };
  };
}

function post(thread: Worker, message: ToThread): void {
  thread.postMessage(message);
}
