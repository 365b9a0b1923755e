import { createHash } from 'node:crypto';

/** About 6 KB, the size of a ChatGPT account; every second one is a little shorter. Tells where it was cut or mixed. */
export function longValue(number: number): string {
  const blocks = Array.from({ length: number % 2 === 0 ? 94 : 70 }, (_, index) =>
    createHash('sha256').update(`${number}/${index}`).digest('hex'),
  );
  return JSON.stringify({ number, blocks: blocks.join('') });
}
