import { Worker } from 'node:worker_threads';
import { type StoreRequest, StoreUnusable } from './host.ts';
import type { OpenPort, PortOptions, StorePort } from './port.ts';
import type { Retention } from './request-store.ts';

/** What goes to the thread; the first message is `begin`. */
export type ToThread =
  | { kind: 'begin'; file: string; retention: Retention }
  | { kind: 'ask'; number: number; request: StoreRequest; retention: Retention }
  | { kind: 'end' };

/** What comes back. */
export type FromThread =
  | { kind: 'answer'; number: number; value: unknown }
  | { kind: 'failure'; number: number; message: string; unusable: boolean }
  | { kind: 'set-aside'; message: string }
  | { kind: 'idle' };

/** Its garbage is young; V8 would give each thread 48 MB for that before it looks what is still needed. */
const maxYoungGenerationSizeMb = 3;

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A running thread, with what it has not answered yet. */
interface Thread {
  worker: Worker;
  asked: Map<number, Asked>;
}

/**
 * Works on the file in a thread of its own, so that a slow disk never holds up a request. The thread is started when it
 * is needed and ended when it has nothing to do: it costs some 10 MB. `script` is the built journal-worker.js.
 */
export function threadPort(script: string): OpenPort {
  return (options): StorePort => {
    let thread: Thread | undefined;
    let ending: Promise<void> | undefined;
    let count = 0;

    const start = () => {
      const started = startThread(script, options);
      // Without anything to do it goes; whatever it was asked meanwhile comes first.
      started.worker.on('message', ({ kind }: FromThread) => {
        if (kind === 'idle' && started.asked.size === 0) void end(started);
      });
      for (const event of ['error', 'exit'])
        started.worker.once(event, () => {
          if (thread === started) thread = undefined;
        });
      return started;
    };
    const end = (last: Thread | undefined = thread): Promise<void> => {
      if (!last || last !== thread) return ending ?? Promise.resolve();
      thread = undefined;
      ending = new Promise((resolve) => {
        last.worker.once('exit', () => {
          ending = undefined;
          resolve();
        });
        last.worker.ref();
        post(last.worker, { kind: 'end' });
      });
      return ending;
    };
    return {
      async ask(request) {
        // One thread at a time has the file.
        while (ending) await ending;
        thread ??= start();
        const { worker, asked } = thread;
        const number = ++count;
        return new Promise((resolve, reject) => {
          asked.set(number, { resolve, reject });
          worker.ref();
          post(worker, { kind: 'ask', number, request, retention: options.retention() });
        });
      },
      close: () => end(),
    };
  };
}

function startThread(script: string, { file, retention, onSetAside }: PortOptions): Thread {
  const worker = new Worker(script, { name: 'journal', resourceLimits: { maxYoungGenerationSizeMb } });
  const asked = new Map<number, Asked>();
  const failAll = (error: Error) => {
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'set-aside') return onSetAside(message.message);
    if (message.kind === 'idle') return;
    const one = asked.get(message.number);
    asked.delete(message.number);
    if (asked.size === 0) worker.unref();
    if (message.kind === 'answer') one?.resolve(message.value);
    else one?.reject(message.unusable ? new StoreUnusable(message.message) : new Error(message.message));
  });
  worker.once('error', (error) => failAll(new StoreUnusable(error.message)));
  worker.once('exit', () => failAll(new StoreUnusable('The thread of the journal has ended')));
  post(worker, { kind: 'begin', file, retention: retention() });
  return { worker, asked };
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}
