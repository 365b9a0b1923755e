import { createSseSplitter, parseEvent } from '../sse.ts';
import type { StreamEvent } from '../translator.ts';

/** Cuts the bytes of an event stream into events with data, wherever the bytes were split. */
export interface StreamEvents {
  push(chunk: Buffer): StreamEvent[];
}

/** An event that the stream's end cuts off is dropped: its data may be half a value (WHATWG HTML, "dispatch the event"). */
export function createStreamEvents(): StreamEvents {
  const splitter = createSseSplitter();
  return { push: (chunk) => splitter.push(chunk).flatMap(read) };
}

function read(raw: Buffer): StreamEvent[] {
  const event = parseEvent(raw);
  if (!event) return [];
  const data = event.data.toString('utf8');
  return [event.type === '' ? { data } : { event: event.type, data }];
}
