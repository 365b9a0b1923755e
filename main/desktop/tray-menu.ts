import type { AccountView, AppState, GatewayState, ProviderView } from '../../preload/contract.ts';
import {
  clockText,
  type Locale,
  percentText,
  type Reading,
  tightestAccount,
  tightestWindow,
} from '../../preload/readings.ts';
import type { ToolView } from '../../preload/tools-view.ts';
import { type WayToAdd, waysToAdd } from '../../preload/ways-to-add.ts';
import { updateItems } from './update-menu.ts';

export type TrayAction =
  | 'start'
  | 'stop'
  | 'use-free-port'
  | 'copy-url'
  | 'import-accounts'
  | 'open'
  | 'settings'
  | 'check-update'
  | 'download-update'
  | 'install-update'
  | 'quit'
  | { addAccount: WayToAdd }
  | { tool: string; change: 'connect' | 'restore' }
  | { page: 'tools' };

/** A line of the tray menu. Lines inform, actions act; an action that does not apply is absent, never grey. */
export type MenuItem =
  | { kind: 'line'; text: string }
  | { kind: 'action'; text: string; action: TrayAction }
  | { kind: 'submenu'; text: string; items: MenuItem[] }
  | { kind: 'separator' };

const mostAccountLines = 6;
const separator: MenuItem = { kind: 'separator' };

/** The tray menu for a state; `now` in milliseconds since the Unix epoch. */
export function trayMenu(state: AppState, now: number, locale: Locale = {}): MenuItem[] {
  return [
    line(gatewayLine(state.gateway)),
    ...accountLines(state.accounts, now, locale),
    ...creditLines(state.amp),
    separator,
    ...switchItems(state.gateway),
    action('Copy local URL', 'copy-url'),
    addAccountMenu(state.providers),
    ...toolsMenu(state.tools),
    separator,
    action('Open Fusebox', 'open'),
    action('Settings…', 'settings'),
    ...updateItems(state.update),
    separator,
    action(state.gateway.inFlight > 0 ? 'Quit and stop gateway' : 'Quit', 'quit'),
  ];
}

/** The ways to sign in, then keys and files, then the import. */
function addAccountMenu(providers: readonly ProviderView[]): MenuItem {
  const { signIns, keys } = waysToAdd(providers);
  const groups = [signIns, keys].map((ways) => ways.map((way) => action(way.name, { addAccount: way })));
  const items = groups.filter((group) => group.length > 0).flatMap((group) => [...group, separator]);
  return { kind: 'submenu', text: 'Add account', items: [...items, action('Import accounts…', 'import-accounts')] };
}

/** Tools that are installed, each with what can be done without being asked anything. */
function toolsMenu(tools: readonly ToolView[]): MenuItem[] {
  const here = tools.filter(({ status }) => status !== 'not-installed');
  if (here.length === 0) return [];
  const items = here.map((tool): MenuItem => {
    const text = `${tool.label}: ${toolWords[tool.status]}`;
    const changes = toolChanges(tool);
    return changes.length === 0 ? action(text, { page: 'tools' }) : { kind: 'submenu', text, items: changes };
  });
  return [
    {
      kind: 'submenu',
      text: 'Tools',
      items: [...items, separator, action('Show what is written…', { page: 'tools' })],
    },
  ];
}

const toolWords: Record<ToolView['status'], string> = {
  connected: 'connected',
  outdated: 'needs an update',
  changed: 'changed by someone else',
  'not-connected': 'not connected',
  'not-installed': 'not found',
  unreadable: 'cannot be read',
};

function toolChanges({ id, status }: ToolView): MenuItem[] {
  const connect = (text: string) => action(text, { tool: id, change: 'connect' });
  const restore = action('Restore', { tool: id, change: 'restore' });
  if (status === 'not-connected') return [connect('Connect')];
  if (status === 'outdated') return [connect('Update'), restore];
  return status === 'connected' ? [restore] : [];
}

/** The tooltip: name, state and port; below it the tightest quota, where one is known. */
export function trayTooltip(state: AppState, now: number, locale: Locale = {}): string {
  const tightest = tightestAccount(state.accounts, now);
  const head = `Fusebox: ${lowerFirst(gatewayLine(state.gateway))}`;
  return tightest ? `${head}\n${tightest.account.label}: ${quotaText(tightest, now, locale)}` : head;
}

/** One line for what the gateway does. */
function gatewayLine(gateway: GatewayState): string {
  switch (gateway.status) {
    case 'running':
      return `Running on ${new URL(gateway.url).host}`;
    case 'starting':
      return 'Starting…';
    case 'stopping':
      return 'Stopping…';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return problemText(gateway);
  }
}

function problemText({ problem, port }: GatewayState): string {
  if (problem?.code === 'port_taken') return `Port ${port} is taken by ${problem.holder ?? 'another program'}`;
  return problem ? `Not running: ${problem.message}` : 'Not running';
}

function switchItems(gateway: GatewayState): MenuItem[] {
  switch (gateway.status) {
    case 'running':
    case 'starting':
      return [action('Stop gateway', 'stop')];
    case 'stopping':
      return [];
    case 'stopped':
      return [action('Start gateway', 'start')];
    case 'failed': {
      const port = gateway.problem?.nextFreePort;
      return [action('Start gateway', 'start'), ...(port ? [action(`Use port ${port} instead`, 'use-free-port')] : [])];
    }
  }
}

function accountLines(accounts: readonly AccountView[], now: number, locale: Locale): MenuItem[] {
  const shown = accounts.slice(0, mostAccountLines).map((account) => line(accountText(account, now, locale)));
  const more = accounts.length - shown.length;
  return more > 0 ? [...shown, line(`${more} more…`)] : shown;
}

/** Only once something may have been spent. */
function creditLines({ creditRequestsToday: used, creditGuard: most }: AppState['amp']): MenuItem[] {
  return used === 0 ? [] : [line(`Amp credits  ${used} of at most ${most} requests today`)];
}

function accountText(account: AccountView, now: number, locale: Locale): string {
  return `${account.providerLabel}  ${account.label}  ${standing(account, now, locale)}`;
}

function standing(account: AccountView, now: number, locale: Locale): string {
  if (account.status === 'paused') return 'paused';
  if (account.status === 'needs-sign-in') return 'needs sign-in';
  if (account.status === 'cooling')
    return `cooling until ${clockText(Math.max(...wholeCooldowns(account)), now, locale)}`;
  if (account.status === 'reserve' && account.reserve)
    return `reserve reached, back at ${clockText(account.reserve.until, now, locale)}`;
  const tightest = tightestWindow(account.windows, now);
  return tightest ? quotaText(tightest, now, locale) : 'ready';
}

function wholeCooldowns({ cooldowns }: AccountView): number[] {
  return cooldowns.filter(({ only }) => only === undefined).map(({ until }) => until);
}

function quotaText({ window, left }: Reading, now: number, locale: Locale): string {
  const reset = window.resetsAt === undefined ? '' : ` · resets ${clockText(window.resetsAt, now, locale)}`;
  return `${percentText(left)} left${reset}`;
}

function line(text: string): MenuItem {
  return { kind: 'line', text };
}

function action(text: string, name: TrayAction): MenuItem {
  return { kind: 'action', text, action: name };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
