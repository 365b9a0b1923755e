import type { AppState } from '../../preload/contract.ts';

type AmpView = Pick<AppState, 'amp'>;

/**
 * Turns states into one notice a day: when the first request of the day has gone to Amp. A use that was there when `first`
 * was taken has been told of before, or is a day's that the owner sees in tray and window.
 */
export function creditNotices(
  first: AmpView,
  notify: (notice: { title: string; body: string }) => void,
): (state: AmpView) => void {
  let told = first.amp.creditFirstUsedAt;
  return ({ amp }) => {
    const { creditFirstUsedAt: usedAt, creditGuard: most } = amp;
    if (usedAt === undefined || usedAt === told) return;
    told = usedAt;
    notify({
      title: "Today's first request went to Amp",
      body: `No account of yours served it, so it may have cost Amp credits. At most ${most} requests a day may go there.`,
    });
  };
}
