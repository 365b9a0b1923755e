import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createDecoder } from '../../../main/gateway/upstream/decoder.ts';

it('unpacks no more than the reader takes, however much is packed in a little', async () => {
  const large = 32 * 1024 * 1024;
  const ended = new EventTarget();
  let received = 0;
  let isSlow = true;
  const decoder = createDecoder('gzip', {
    onData(chunk) {
      received += chunk.length;
      return !isSlow;
    },
    onDrain: () => {},
    onEnd: () => ended.dispatchEvent(new Event('end')),
    onError: (error) => {
      throw error;
    },
  });
  if (!decoder) throw new Error('gzip is known');
  decoder.write(gzipSync(Buffer.alloc(large)));
  decoder.end();
  await expect.poll(() => received).toBeGreaterThan(0);
  const before = received;
  // Each piece is asked for: 20 more turns bring none.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(received).toBe(before);
  expect(received).toBeLessThan(large / 100);
  isSlow = false;
  const end = once(ended, 'end');
  decoder.resume();
  await end;
  expect(received).toBe(large);
});
