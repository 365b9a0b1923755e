import type { Page } from 'playwright-core';

const frames = 60;
const pixelsAFrame = 120;

/**
 * Milliseconds of script, style and layout work a frame while an element is scrolled, frame by frame. The machine may have
 * other work to do: the best of three counts.
 */
export async function scrollWork(page: Page, selector: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const workMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const parts = metrics.filter(({ name }) => /^(Script|Layout|RecalcStyle)Duration$/.test(name));
    if (parts.length !== 3) throw new Error('Chromium names its metrics otherwise');
    return parts.reduce((sum, { value }) => sum + value * 1000, 0);
  };
  const scrolled = `document.querySelector('${selector}')`;
  const flick = `new Promise((resolve) => {
    const scrolled = ${scrolled};
    scrolled.scrollTop = 0;
    let left = ${frames};
    const step = () => {
      scrolled.scrollTop += ${pixelsAFrame};
      left--;
      requestAnimationFrame(left > 0 ? step : () => resolve(scrolled.scrollTop));
    };
    requestAnimationFrame(step);
  })`;
  const spent: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = await workMs();
    const end = await page.evaluate(flick);
    if (end !== frames * pixelsAFrame) throw new Error(`There was too little to scroll: ${end} pixels`);
    spent.push(((await workMs()) - before) / frames);
  }
  await session.detach();
  await page.evaluate(`${scrolled}.scrollTop = 0`);
  return Math.min(...spent);
}
