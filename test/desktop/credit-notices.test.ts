import { expect, it } from 'vitest';
import { creditNotices } from '../../main/desktop/credit-notices.ts';
import { trayMenu } from '../../main/desktop/tray-menu.ts';
import { appState, noon } from './app-states.ts';

function withCredit(creditRequestsToday: number, creditFirstUsedAt?: number) {
  const { amp } = appState();
  return appState({ amp: { ...amp, creditRequestsToday, ...(creditFirstUsedAt ? { creditFirstUsedAt } : {}) } });
}

it("the day's first paid request is told of once, and the next day's again", () => {
  const told: string[] = [];
  const onState = creditNotices(withCredit(0), ({ title, body }) => told.push(`${title}: ${body}`));
  onState(withCredit(0));
  expect(told).toEqual([]);
  onState(withCredit(1, noon));
  onState(withCredit(2, noon));
  expect(told).toEqual([expect.stringContaining('At most 500 requests a day')]);
  onState(withCredit(0));
  onState(withCredit(1, noon + 86_400_000));
  expect(told).toHaveLength(2);
});

it('what was used before the start is no news', () => {
  const told: string[] = [];
  const onState = creditNotices(withCredit(3, noon), ({ title }) => told.push(title));
  onState(withCredit(4, noon));
  expect(told).toEqual([]);
});

it('the tray counts paid requests once there are any', () => {
  const text = (used: number) => JSON.stringify(trayMenu(withCredit(used), noon));
  expect(text(0)).not.toContain('Amp credits');
  expect(text(3)).toContain('Amp credits  3 of at most 500 requests today');
});
