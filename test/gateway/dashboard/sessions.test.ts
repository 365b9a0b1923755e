import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createSessions, sessionCookie } from '../../../main/gateway/dashboard/sessions.ts';
import { FakeClock } from '../../fakes/clock.ts';

const twelveHoursMs = 12 * 3_600_000;

function from(cookie?: string, host = '127.0.0.1:8317'): IncomingMessage {
  return { headers: { host, ...(cookie === undefined ? {} : { cookie }) } } as IncomingMessage;
}

test('the cookie is for the dashboard alone, out of reach of scripts and other sites', () => {
  expect(sessionCookie(from(), 'abc')).toBe('fusebox_ui_8317=abc; Path=/ui; Max-Age=43200; HttpOnly; SameSite=Strict');
  expect(sessionCookie(from(), undefined)).toContain('Max-Age=0');
});

test('a session is known by its cookie, among others, under the port that the browser used', () => {
  const sessions = createSessions(new FakeClock());
  const value = sessions.begin();
  expect(sessions.of(from(`theme=dark; fusebox_ui_8317=${value}; x=y`))).toBeDefined();
  expect(sessions.of(from(`fusebox_ui_9000=${value}`, 'localhost:9000'))).toBeDefined();
  for (const cookie of [
    undefined,
    '',
    'fusebox_ui_8317=',
    `fusebox_ui_8317=${value}x`,
    `fusebox_ui_9000=${value}`,
    `other=${value}`,
    value,
  ])
    expect(sessions.of(from(cookie)), cookie).toBeUndefined();
});

test('a session ends after twelve hours, and tells who listens', () => {
  const clock = new FakeClock();
  const sessions = createSessions(clock);
  const request = from(`fusebox_ui_8317=${sessions.begin()}`);
  let ended = 0;
  sessions.of(request)?.onEnd(() => ended++);
  clock.advance(twelveHoursMs - 1);
  expect(sessions.of(request)).toBeDefined();
  clock.advance(1);
  expect(sessions.of(request)).toBeUndefined();
  expect(ended).toBe(1);
});

test('signing out ends one session and no other', () => {
  const sessions = createSessions(new FakeClock());
  const [mine, other] = [sessions.begin(), sessions.begin()].map((value) => from(`fusebox_ui_8317=${value}`));
  if (!mine || !other) throw new Error('unreachable');
  let told = 0;
  const session = sessions.of(mine);
  const takeBack = session?.onEnd(() => told++);
  session?.onEnd(() => told++);
  takeBack?.();
  session?.end();
  expect([sessions.of(mine), told]).toEqual([undefined, 1]);
  expect(sessions.of(other)).toBeDefined();
});

test('the seventeenth browser ends the session of the first', () => {
  const sessions = createSessions(new FakeClock());
  const requests = Array.from({ length: 17 }, () => from(`fusebox_ui_8317=${sessions.begin()}`));
  expect(requests.map((request) => sessions.of(request) !== undefined)).toEqual([false, ...Array(16).fill(true)]);
});
