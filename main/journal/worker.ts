import { parentPort } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { createStoreHost, type StoreHost, StoreUnusable } from './store/host.ts';
import type { Retention } from './store/request-store.ts';
import { loadSqlite } from './store/sqlite-driver.ts';
import type { FromThread, ToThread } from './store/thread-port.ts';

/** The thread of the journal's file: see threadPort. */
const port = parentPort;
let host: StoreHost | undefined;
let retention: Retention = { keepMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

port?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'begin':
      retention = message.retention;
      host = createStoreHost({
        file: message.file,
        loadDriver: loadSqlite,
        clock: systemClock,
        retention: () => retention,
        onSetAside: (text) => tell({ kind: 'set-aside', message: text }),
        onIdle: () => tell({ kind: 'idle' }),
      });
      return;
    case 'ask':
      retention = message.retention;
      return answer(message);
    case 'end':
      host?.close();
      port.close();
  }
});

function answer({ number, request }: Extract<ToThread, { kind: 'ask' }>): void {
  try {
    tell({ kind: 'answer', number, value: host?.handle(request) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'failure', number, message, unusable: error instanceof StoreUnusable });
  }
}

function tell(message: FromThread): void {
  port?.postMessage(message);
}
