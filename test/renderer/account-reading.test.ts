import { expect, test } from 'vitest';
import type { AccountStatus, CooldownView, ProviderView } from '../../preload/contract.ts';
import {
  ableAccounts,
  cooldownLines,
  holdText,
  isProbing,
  levelOf,
  meterReading,
  signInMethodOf,
  stateWord,
} from '../../renderer/panel/account-reading.ts';
import { accountView, hour, noon, utc } from '../desktop/app-states.ts';

const claude: ProviderView = {
  id: 'claude',
  label: 'Claude',
  serves: true,
  methods: [{ method: 'browser' }, { method: 'device' }, { method: 'api-key' }],
};
const window = { id: '5h', label: '5 hours', used: 0.38, resetsAt: noon + 2 * hour, lengthMs: 5 * hour };

test.each([
  ['ready', 0, 'Ready'],
  ['serving', 3, 'Serving 3'],
  ['reserve', 0, 'Reserve reached'],
  ['paused', 0, 'Paused'],
  ['needs-sign-in', 0, 'Needs sign-in'],
] as const)('an account that is %s says so in words', (status, serving, word) => {
  expect(stateWord({ status, serving })).toBe(word);
});

test('a row says what holds an account back, wholly or for some of its models', () => {
  const hold = (over: Parameters<typeof accountView>[0]) => holdText(accountView(over), noon, utc);
  const cooldown = { reason: 'too many requests', until: noon + hour, nextProbeAt: noon, said: '' };
  const reserve = { label: 'Week', used: 0.91, stopAt: 90, until: noon + 2 * hour };
  expect(hold({})).toBeUndefined();
  expect(hold({ status: 'cooling', cooldowns: [{ ...cooldown, nextProbeAt: noon + 1 }] })).toBe(
    'back at 13:00 (1 h), too many requests',
  );
  expect(hold({ status: 'cooling', cooldowns: [cooldown] })).toBe(
    'the next request tries it; back at 13:00 at the latest, too many requests',
  );
  expect(hold({ cooldowns: [{ ...cooldown, only: 'gpt-5' }] })).toBe(
    'cooling for gpt-5 until 13:00, too many requests',
  );
  const two = [
    { ...cooldown, only: 'gpt-5' },
    { ...cooldown, only: 'o3' },
  ];
  expect(hold({ cooldowns: two })).toBe('cooling for gpt-5 until 13:00, too many requests (and 1 more)');
  expect(hold({ status: 'reserve', reserve })).toBe('91 % of Week used, stops at 90 %; back at 14:00');
  expect(hold({ reserve: { ...reserve, only: 'opus' } })).toBe(
    'reserve reached for opus: 91 % of Week used, stops at 90 %; back at 14:00',
  );
});

test('an account is probed once nothing keeps the next request from trying it', () => {
  const cooldown = { reason: 'usage limit reached', until: noon + hour, nextProbeAt: noon, said: '' };
  const later = { ...cooldown, nextProbeAt: noon + 1 };
  const probing = (status: AccountStatus, cooldowns: CooldownView[]) => isProbing({ status, cooldowns }, noon);
  expect(probing('cooling', [cooldown])).toBe(true);
  expect(probing('cooling', [cooldown, { ...later, only: 'opus' }])).toBe(true);
  expect(probing('cooling', [cooldown, later])).toBe(false);
  expect(probing('paused', [cooldown])).toBe(false);
  expect(probing('cooling', [])).toBe(false);
});

test('why a breaker tripped is told with its times and the upstream’s words', () => {
  const cooldown = { reason: 'usage limit reached', until: noon + 2 * hour, nextProbeAt: noon + hour, said: ' Slow. ' };
  expect(cooldownLines(cooldown, noon, utc)).toEqual({
    heading: 'The whole account: usage limit reached.',
    times: 'Back at 14:00, in 2 h; one request tries it at 13:00.',
    said: 'Slow.',
  });
  expect(cooldownLines({ ...cooldown, only: 'opus', nextProbeAt: noon }, noon, utc)).toMatchObject({
    heading: 'opus: usage limit reached.',
    times: 'Back at 14:00, in 2 h; the next request tries it.',
  });
});

test('accounts that are paused or signed out cannot serve', () => {
  const accounts = (['ready', 'serving', 'paused', 'needs-sign-in'] as const).map((status) => accountView({ status }));
  expect(ableAccounts(accounts, [claude])).toBe(2);
});

test('accounts of a provider that requests cannot be sent to are not counted', () => {
  expect(ableAccounts([accountView()], [{ ...claude, serves: false }])).toBe(0);
  expect(ableAccounts([accountView({ provider: 'unheard-of' })], [claude])).toBe(0);
});

test('an account is signed in again in a way of its own kind', () => {
  expect(signInMethodOf(accountView(), [claude])).toBe('browser');
  expect(signInMethodOf(accountView({ kind: 'api-key' }), [claude])).toBe('api-key');
  expect(signInMethodOf(accountView({ kind: 'api-key' }), [{ ...claude, methods: [] }])).toBeUndefined();
});

test.each([
  [1, 'good'],
  [0.31, 'good'],
  [0.3, 'warn'],
  [0.1, 'warn'],
  [0.09, 'bad'],
  [0, 'bad'],
])('%d left is %s', (left, level) => {
  expect(levelOf(left)).toBe(level);
});

test('a live window reads as left, countdown and time passed', () => {
  const reading = meterReading(window, noon - 60_000, noon);
  expect(reading).toMatchObject({ left: 0.62, leftText: '62 %', countdown: '2 h', age: undefined });
  expect(reading.elapsed).toBeCloseTo(0.6);
  expect(reading.details[0]).toMatch(/^62 % left · resets \d\d:\d\d$/);
  expect(reading.details[1]).toBe('60 % of the time has passed');
});

test('a report that is old says how old', () => {
  expect(meterReading(window, noon - 30 * 60_000, noon).age).toBeUndefined();
  expect(meterReading(window, noon - 2 * hour, noon).age).toBe('2 h');
});

test('an unreported window is unknown, not 0 %', () => {
  const reading = meterReading({ id: '7d', label: 'Week' }, undefined, noon);
  expect(reading).toMatchObject({
    left: undefined,
    leftText: 'not reported',
    countdown: undefined,
    elapsed: undefined,
  });
  expect(reading.details).toEqual(['not reported · no reset time reported']);
});

test('a window that was reset since its report is unknown too', () => {
  const reading = meterReading({ ...window, resetsAt: noon - hour }, noon - 2 * hour, noon);
  expect(reading).toMatchObject({ left: undefined, countdown: undefined });
  expect(reading.details[0]).toMatch(/^not reported · was reset \d\d:\d\d$/);
});
