import { expect, test } from 'vitest';
import type { ToolStatus } from '../../preload/tools-view.ts';
import { announcements } from '../../renderer/state/announcements.ts';
import { accountView, appState, gatewayState } from '../desktop/app-states.ts';

const account = (status: 'ready' | 'serving' | 'paused' | 'needs-sign-in') =>
  appState({ accounts: [accountView({ status })] });

test('a change of the gateway is told', () => {
  expect(announcements(appState(), appState({ gateway: gatewayState({ status: 'stopped' }) }))).toEqual([
    'Gateway: Stopped',
  ]);
});

test('an account that changes, or is new, is told', () => {
  expect(announcements(account('ready'), account('needs-sign-in'))).toEqual(['you@example.com: Needs sign-in']);
  expect(announcements(appState(), account('ready'))).toEqual(['you@example.com: Ready']);
});

test('requests that come and go are no news', () => {
  expect(announcements(account('ready'), account('serving'))).toEqual([]);
  expect(announcements(account('serving'), account('ready'))).toEqual([]);
  expect(announcements(appState(), appState({ gateway: gatewayState({ inFlight: 3 }) }))).toEqual([]);
});

test('a tool that is connected, or changed by others, is told; one that is found for the first time is not', () => {
  const tool = (status: ToolStatus) =>
    appState({ tools: [{ id: 'amp', label: 'Amp CLI', status, files: [], afterwards: '' }] });
  expect(announcements(tool('not-connected'), tool('connected'))).toEqual(['Amp CLI: Connected']);
  expect(announcements(tool('connected'), tool('changed'))).toEqual(['Amp CLI: Changed by someone else']);
  expect(announcements(appState(), tool('connected'))).toEqual([]);
});
