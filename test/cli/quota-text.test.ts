import { expect, it } from 'vitest';
import { quotaLines } from '../../main/cli/quota-text.ts';
import { accountView, hour, noon } from '../desktop/app-states.ts';

it('quota windows tell what is left of them and of their time, and how fast they are used up', () => {
  const fast = { id: '5h', label: '5 hours', used: 0.5, resetsAt: noon + 4 * hour, lengthMs: 5 * hour };
  const slow = { id: '7d', label: 'Week', used: 0.1, resetsAt: noon + 84 * hour, lengthMs: 168 * hour };
  const unknown = { id: 'x', label: 'Unknown' };
  const endless = { id: 'y', label: 'Endless', used: 0.25 };
  const accounts = [accountView({ windows: [fast, slow, unknown, endless] }), accountView({ label: 'me@example.com' })];
  expect(quotaLines(accounts, noon, undefined, { language: 'en-GB', timeZone: 'UTC' })).toEqual([
    'Provider  Account          Quota    Left  Resets in  Burn rate',
    'Claude    you@example.com  5 hours  50 %  4 h        2.5; empty at 13:00',
    'Claude    you@example.com  Week     90 %  3 d 12 h   0.2',
    'Claude    you@example.com  Endless  75 %  -          -',
  ]);
  expect(quotaLines([accountView()], noon, undefined)).toEqual([]);
});
