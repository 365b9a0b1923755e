import { expect, test } from 'vitest';
import type { AccountView, AppState, GatewayStatus } from '../../preload/contract.ts';
import { paletteGroups } from '../../renderer/palette/palette-commands.ts';

const account: AccountView = {
  id: 'claude:1',
  provider: 'claude',
  providerLabel: 'Claude',
  kind: 'oauth',
  label: 'you@example.com',
  status: 'ready',
  priority: 0,
  serving: 0,
  cooldowns: [],
  windows: [],
};

function groupsOf(status: GatewayStatus, accounts: AccountView[] = [], update?: AppState['update']) {
  const done: unknown[] = [];
  const state: Pick<AppState, 'gateway' | 'providers' | 'accounts' | 'update'> = {
    gateway: { status, url: 'http://127.0.0.1:8317', host: '127.0.0.1', port: 8317, inFlight: 0 },
    providers: [
      { id: 'claude', label: 'Claude', serves: true, methods: [{ method: 'browser' }, { method: 'api-key' }] },
    ],
    accounts,
    ...(update ? { update } : {}),
  };
  const groups = paletteGroups(state, [{ id: 'models', name: 'Models' }], {
    start: () => done.push('start'),
    stop: () => done.push('stop'),
    copyUrl: () => done.push('copy'),
    goTo: (page) => done.push(page),
    addAccount: (wish) => done.push(wish),
    openAccount: (id) => done.push(id),
    checkForUpdates: () => done.push('check'),
  });
  const commands = groups.flatMap((group) => group.commands);
  const run = (label: string) => commands.find((command) => command.label === label)?.run();
  return { groups, labels: commands.map(({ label }) => label), ids: commands.map(({ id }) => id), run, done };
}

test('what applies is offered: stopping while it runs, starting while it does not, neither in between', () => {
  expect(groupsOf('running').labels).toContain('Stop gateway');
  expect(groupsOf('failed').labels).toContain('Start gateway');
  expect(groupsOf('stopping').labels.filter((label) => label.endsWith('gateway'))).toEqual([]);
});

test('a group without commands is left out', () => {
  expect(groupsOf('running').groups.map(({ heading }) => heading)).not.toContain('Accounts');
  expect(groupsOf('running', [account]).groups.map(({ heading }) => heading)).toContain('Accounts');
});

test('every command does what it says', () => {
  const { run, done } = groupsOf('stopped', [account]);
  run('Start gateway');
  run('Copy local URL');
  run('Go to Models');
  run('Add account: Claude');
  run('Add account: Claude (API key)');
  run('Open you@example.com');
  expect(done).toEqual([
    'start',
    'copy',
    'models',
    { provider: 'claude', method: 'browser' },
    { provider: 'claude', method: 'api-key' },
    'claude:1',
  ]);
});

test('updates are looked for where this installation can update itself, and only there', () => {
  const { run, done } = groupsOf('running', [], { status: 'unasked' });
  run('Check for updates');
  expect(done).toEqual(['check']);
  expect(groupsOf('running', [], { status: 'off', reason: 'x' }).labels).not.toContain('Check for updates');
  expect(groupsOf('running').labels).not.toContain('Check for updates');
});

test('no two commands go by the same id', () => {
  const { ids } = groupsOf('running', [account, { ...account, id: 'claude:2' }]);
  expect(new Set(ids).size).toBe(ids.length);
});
