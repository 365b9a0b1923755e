import type { Memory } from './forked-stand.ts';
import { Stand, type StandOptions } from './stand.ts';

/** A stand in a process of its own, which tells its memory and prints its log. Bundled and forked by forked-stand.ts. */
const options = JSON.parse(process.env.STAND ?? '{}') as StandOptions;
const log = { debug: (fields: object, message: string) => console.log(JSON.stringify({ ...fields, message })) };
const stand = await new Stand({ ...options, more: { log } }).open();

process.on('message', (wish) => {
  if (wish === 'end') process.exit();
  if (wish === 'collect') globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const memory: Memory = {
    rss,
    inUse: heapUsed + arrayBuffers,
    timers: stand.clock.pending,
    sockets: stand.front?.openSockets() ?? 0,
    ended: stand.results.length,
  };
  process.send?.(memory);
});
process.on('disconnect', () => process.exit());
process.send?.(stand.origin);
