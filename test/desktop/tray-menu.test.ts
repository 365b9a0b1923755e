import { describe, expect, test } from 'vitest';
import { type MenuItem, trayMenu, trayTooltip } from '../../main/desktop/tray-menu.ts';
import type { AppState, ProviderView } from '../../preload/contract.ts';
import type { ToolView } from '../../preload/tools-view.ts';
import { accountView, appState, gatewayState, hour, noon, utc } from './app-states.ts';

const textOf = (item: MenuItem) => (item.kind === 'separator' ? '----' : item.text);
const texts = (state: AppState) => trayMenu(state, noon, utc).map(textOf);
const actions = (state: AppState) =>
  trayMenu(state, noon, utc).flatMap((item) => (item.kind === 'action' ? [item.action] : []));

const tight = { id: '5h', label: '5 hours', used: 0.38, resetsAt: noon + 2 * hour };
const loose = { id: '7d', label: 'Week', used: 0.1, resetsAt: noon + 100 * hour };

const provider = (
  id: string,
  label: string,
  ...methods: ProviderView['methods'][number]['method'][]
): ProviderView => ({
  id,
  label,
  serves: true,
  methods: methods.map((method) => ({ method })),
});

describe('the tray menu', () => {
  test('of a running gateway, from top to bottom', () => {
    const state = appState({
      accounts: [accountView({ windows: [loose, tight] }), accountView({ status: 'paused', label: 'b' })],
    });
    expect(texts(state)).toEqual([
      'Running on 127.0.0.1:8317',
      'Claude  you@example.com  62 % left · resets 14:00',
      'Claude  b  paused',
      '----',
      'Stop gateway',
      'Copy local URL',
      'Add account',
      '----',
      'Open Fusebox',
      'Settings…',
      '----',
      'Quit',
    ]);
  });

  test('has the tools that are installed, each with what fits its state', () => {
    const tool = (id: string, status: ToolView['status']): ToolView => ({
      id,
      label: id.toUpperCase(),
      status,
      files: [],
      afterwards: '',
    });
    const tools = [
      tool('amp', 'connected'),
      tool('a', 'outdated'),
      tool('b', 'changed'),
      tool('c', 'not-connected'),
      tool('d', 'not-installed'),
      tool('e', 'unreadable'),
    ];
    const menu = trayMenu(appState({ tools }), noon, utc).find((item) => textOf(item) === 'Tools');
    const items = menu?.kind === 'submenu' ? menu.items : [];
    expect(items.map((item) => [textOf(item), item.kind === 'submenu' ? item.items.map(textOf) : item.kind])).toEqual([
      ['AMP: connected', ['Restore']],
      ['A: needs an update', ['Update', 'Restore']],
      ['B: changed by someone else', 'action'],
      ['C: not connected', ['Connect']],
      ['E: cannot be read', 'action'],
      ['----', 'separator'],
      ['Show what is written…', 'action'],
    ]);
  });

  test('offers every way to add an account, one sign-in a provider, keys apart', () => {
    const providers = [
      provider('claude', 'Claude', 'browser'),
      provider('chatgpt', 'ChatGPT', 'browser', 'device', 'api-key'),
      provider('vertex', 'Vertex', 'file'),
      provider('old', 'Imported only'),
    ];
    const submenu = trayMenu(appState({ providers }), noon, utc).find((item) => item.kind === 'submenu');
    const items = submenu?.kind === 'submenu' ? submenu.items : [];
    expect(items.map(textOf)).toEqual([
      'Claude',
      'ChatGPT',
      '----',
      'ChatGPT (API key)',
      'Vertex (key file)',
      '----',
      'Import accounts…',
    ]);
    expect(items[1]).toMatchObject({ action: { addAccount: { provider: 'chatgpt', method: 'browser' } } });
  });

  test('offers exactly one of start and stop', () => {
    expect(actions(appState())[0]).toBe('stop');
    expect(actions(appState({ gateway: gatewayState({ status: 'stopped' }) }))[0]).toBe('start');
    expect(actions(appState({ gateway: gatewayState({ status: 'starting' }) }))[0]).toBe('stop');
    expect(actions(appState({ gateway: gatewayState({ status: 'stopping' }) }))[0]).toBe('copy-url');
  });

  test('names who took the port and offers the next free one', () => {
    const problem = { code: 'port_taken', message: 'taken', fix: 'move', holder: 'node (42)', nextFreePort: 8318 };
    const state = appState({ gateway: gatewayState({ status: 'failed', problem }) });
    expect(texts(state)[0]).toBe('Port 8317 is taken by node (42)');
    expect(texts(state)).toContain('Use port 8318 instead');
    expect(actions(state).slice(0, 2)).toEqual(['start', 'use-free-port']);
  });

  test('says in words why it does not run for other reasons', () => {
    const problem = { code: 'address_unavailable', message: 'This machine has no address 10.0.0.9.', fix: 'Set host.' };
    const state = appState({ gateway: gatewayState({ status: 'failed', problem }) });
    expect(texts(state)[0]).toBe('Not running: This machine has no address 10.0.0.9.');
    expect(actions(state)).not.toContain('use-free-port');
  });

  test('warns before quitting cuts requests', () => {
    expect(texts(appState({ gateway: gatewayState({ inFlight: 2 }) })).at(-1)).toBe('Quit and stop gateway');
  });

  test('lists six accounts and counts the rest', () => {
    const accounts = Array.from({ length: 9 }, (_, i) => accountView({ id: `a${i}`, label: `a${i}` }));
    const lines = texts(appState({ accounts })).slice(1, 9);
    expect(lines[5]).toBe('Claude  a5  ready');
    expect(lines.slice(6)).toEqual(['3 more…', '----']);
    expect(texts(appState({ accounts: accounts.slice(0, 6) }))[7]).toBe('----');
  });

  test('says when an account is left alone because of its reserve', () => {
    const reserve = { label: 'Week', used: 0.91, stopAt: 90, until: noon + hour };
    const state = appState({ accounts: [accountView({ status: 'reserve', reserve })] });
    expect(texts(state)[1]).toBe('Claude  you@example.com  reserve reached, back at 13:00');
  });

  test('does not show a reading whose window has been reset since', () => {
    const account = accountView({ windows: [{ ...tight, resetsAt: noon - 1 }] });
    expect(texts(appState({ accounts: [account] }))[1]).toBe('Claude  you@example.com  ready');
  });

  test('says that an account needs a sign-in rather than what it has left', () => {
    const account = accountView({ status: 'needs-sign-in', windows: [tight] });
    expect(texts(appState({ accounts: [account] }))[1]).toBe('Claude  you@example.com  needs sign-in');
  });
});

describe('the tooltip', () => {
  test('gives name, state and port, and the tightest quota of an account that may serve', () => {
    const accounts = [
      accountView({ windows: [tight] }),
      accountView({ label: 'paused@example.com', status: 'paused', windows: [{ ...tight, used: 0.99 }] }),
      accountView({ label: 'roomy@example.com', windows: [loose] }),
    ];
    expect(trayTooltip(appState({ accounts }), noon, utc)).toBe(
      'Fusebox: running on 127.0.0.1:8317\nyou@example.com: 62 % left · resets 14:00',
    );
  });

  test('is one line without a known quota', () => {
    const state = appState({ gateway: gatewayState({ status: 'stopped' }), accounts: [accountView()] });
    expect(trayTooltip(state, noon, utc)).toBe('Fusebox: stopped');
  });
});
