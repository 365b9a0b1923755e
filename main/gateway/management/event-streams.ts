import type { ServerResponse } from 'node:http';
import type { AppState } from '../../../preload/contract.ts';
import type { Clock } from '../../clock.ts';
import type { LogLine } from '../../journal/log-tail.ts';
import type { RequestRecord } from '../../journal/record.ts';
import { GatewayError } from '../errors.ts';

export const topics = ['state', 'requests', 'logs'] as const;
export type Topic = (typeof topics)[number];

/** Where live events come from. */
export interface EventSources {
  state(): AppState;
  onState(listener: (state: AppState) => void): () => void;
  onRecord(listener: (record: RequestRecord) => void): () => void;
  onLine(listener: (line: LogLine) => void): () => void;
}

/** Live events as server-sent events (HTML Standard §9.2). */
export interface EventStreams {
  /** Answers with a stream of events until the reader leaves or is too slow, or everything ends. Throws GatewayError when too many are open. */
  open(res: ServerResponse, wanted: readonly Topic[]): void;
  /** Ends every stream in order: the gateway stops or moves. */
  end(): void;
}

const mostStreams = 32;
const heartbeatMs = 15_000;
/** A person sees no difference, and a busy gateway changes its state hundreds of times a second. */
const stateEveryMs = 250;
/** A reader that is this many bytes behind is let go: it gets a new snapshot when it comes back. */
const mostBehind = 2 * 1024 * 1024;
/** When a reader should come back, in milliseconds. */
const comeBackMs = 2_000;

export function createEventStreams(sources: EventSources, clock: Clock): EventStreams {
  const ends = new Set<(reason: string) => void>();
  return {
    open(res, wanted) {
      if (ends.size >= mostStreams) throw new GatewayError('too_many_streams');
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const cleanups: (() => void)[] = [];
      const close = () => {
        ends.delete(end);
        for (const clean of cleanups.splice(0)) clean();
      };
      const end = (reason: string) => {
        if (ends.has(end)) res.end(eventText('end', { reason }));
        close();
      };
      const send = (name: string, data: unknown) => {
        res.write(eventText(name, data));
        if (res.writableLength > mostBehind) {
          close();
          res.destroy();
        }
      };
      ends.add(end);
      res.once('close', close);
      res.write(`retry: ${comeBackMs}\n\n`);
      cleanups.push(beat(clock, () => void res.write(': \n\n')));
      if (wanted.includes('state')) cleanups.push(followState(sources, clock, send));
      if (wanted.includes('requests')) cleanups.push(sources.onRecord((record) => send('request', record)));
      if (wanted.includes('logs')) cleanups.push(sources.onLine((line) => send('log', line)));
    },
    end() {
      for (const end of [...ends]) end('stopping');
    },
  };
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function beat(clock: Clock, task: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(heartbeatMs, () => {
      task();
      next();
    });
  };
  next();
  return () => cancel();
}

type Send = (name: string, data: unknown) => void;

/** One snapshot, then the parts of the state that have changed, whole; `null` is a part that is gone. */
function followState({ state, onState }: EventSources, clock: Clock, send: Send): () => void {
  let known = textsOf(state());
  let waiting: AppState | undefined;
  let cancel: (() => void) | undefined;
  const show = () => {
    cancel = undefined;
    if (!waiting) return;
    const next = textsOf(waiting);
    const patch = changesIn(known, next, waiting);
    known = next;
    waiting = undefined;
    if (Object.keys(patch).length === 0) return;
    send('patch', patch);
    cancel ??= clock.after(stateEveryMs, show);
  };
  send('state', state());
  const stop = onState((latest) => {
    waiting = latest;
    if (!cancel) show();
  });
  return () => {
    stop();
    cancel?.();
  };
}

function textsOf(state: AppState): Map<string, string> {
  return new Map(Object.entries(state).map(([part, value]) => [part, JSON.stringify(value)]));
}

function changesIn(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, state: AppState) {
  const patch: Record<string, unknown> = {};
  for (const [part, value] of Object.entries(state))
    if (after.get(part) !== before.get(part)) patch[part] = value ?? null;
  for (const part of before.keys()) if (!after.has(part)) patch[part] = null;
  return patch;
}
