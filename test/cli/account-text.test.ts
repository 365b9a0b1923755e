import { expect, it } from 'vitest';
import { standingText } from '../../main/cli/account-text.ts';
import { accountView, hour, noon, utc } from '../desktop/app-states.ts';

const text = (over: Parameters<typeof accountView>[0]) => standingText(accountView(over), noon, utc);
const cooldown = { reason: 'too many requests', until: noon + hour, nextProbeAt: noon, said: 'Slow down' };

it('names the models that an account cools down for while it is ready for others', () => {
  expect(text({})).toBe('ready');
  expect(text({ cooldowns: [{ ...cooldown, only: 'gpt-5' }] })).toBe(
    'ready; cooling for gpt-5 until 13:00 (too many requests)',
  );
});

it('says why a whole account cools down and when it is back', () => {
  const whole = { ...cooldown, reason: 'usage limit reached', until: noon + 2 * hour };
  expect(text({ status: 'cooling', cooldowns: [whole] })).toBe('cooling; back at 14:00 (usage limit reached)');
});

it('says when a reserve is reached, of the account or of a family', () => {
  const reserve = { label: 'Week', used: 0.915, stopAt: 90, until: noon + hour };
  expect(text({ status: 'reserve', reserve })).toBe('reserve reached; 91 % of Week used, stops at 90 %, back at 13:00');
  expect(text({ reserve: { ...reserve, only: 'opus' } })).toBe(
    'ready; reserve reached for opus: 91 % of Week used, stops at 90 %, back at 13:00',
  );
});

it('gives the reason of what only the owner can mend', () => {
  expect(text({ status: 'needs-sign-in', reason: 'The token was revoked.' })).toBe(
    'needs sign-in: The token was revoked.',
  );
});
