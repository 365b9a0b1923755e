import { expect, test } from 'vitest';
import { lastAccountNotices } from '../../main/desktop/last-account-notices.ts';
import { desktopNotices, type NoticeKind } from '../../main/desktop/notices.ts';
import type { DesktopNotice } from '../../main/desktop/notification.ts';
import { portNotices } from '../../main/desktop/port-notices.ts';
import { quotaNotices } from '../../main/desktop/quota-notices.ts';
import type { RevealTarget } from '../../preload/contract.ts';
import type { ModelServerView, ModelView } from '../../preload/models-view.ts';
import { accountView, appState, gatewayState, hour, noon, utc } from './app-states.ts';

const now = () => noon;
const quota = (used: number, resetsAt = noon + hour) => ({ id: '5h', label: '5 hours', used, resetsAt });
const withQuota = (used: number, resetsAt?: number) =>
  appState({ accounts: [accountView({ windows: [quota(used, resetsAt)] })] });

test('a quota that falls below a tenth is told of once, and again only after more was left', () => {
  const told: string[] = [];
  const show = quotaNotices(withQuota(0.5), now, ({ title, body }) => told.push(`${title}. ${body}`), utc);
  for (const used of [0.89, 0.901, 0.95, 1]) show(withQuota(used));
  expect(told).toEqual(['you@example.com is running low. Claude, 5 hours: 9 % left. It resets 13:00.']);
  show(withQuota(0.1));
  show(withQuota(0.95));
  expect(told).toHaveLength(2);
});

test('a quota that was low at the start, is not reported, or of a paused account is no news', () => {
  const told: string[] = [];
  const show = quotaNotices(withQuota(0.95), now, ({ title }) => told.push(title));
  show(withQuota(0.99));
  show(appState({ accounts: [] }));
  show(withQuota(0.99));
  expect(told).toEqual([]);
  const other = quotaNotices(appState(), now, ({ title }) => told.push(title));
  other(appState({ accounts: [accountView({ windows: [{ id: 'w', label: 'Week' }] })] }));
  other(appState({ accounts: [accountView({ status: 'paused', windows: [quota(0.99)] })] }));
  other(withQuota(0.99, noon - hour));
  expect(told).toEqual([]);
});

const server = (standing: ModelServerView['standing'], until?: number): ModelServerView => ({
  accountId: 'claude:you@example.com',
  label: 'you@example.com',
  provider: 'claude',
  providerLabel: 'Claude',
  standing,
  ...(until === undefined ? {} : { until }),
});

const model = (id: string, ...servers: ModelServerView[]): ModelView => ({
  id,
  displayName: id,
  names: [id],
  contextWindow: [0, 0],
  maxOutput: [0, 0],
  servers,
});

test('models that lose their last account together are told of together, with when the first is back', () => {
  const told: string[] = [];
  const both = ['opus', 'sonnet', 'haiku', 'fable'];
  const first = both.map((id) => model(id, server('ready'), server('paused')));
  const show = lastAccountNotices(first, now, ({ title, body }) => told.push(`${title}. ${body}`), utc);
  show(both.map((id) => model(id, server('cooling', noon + 2 * hour), server('paused'))));
  show(both.map((id) => model(id, server('cooling', noon + 3 * hour), server('paused'))));
  expect(told).toEqual([
    'No account can serve 4 models now. opus, sonnet, haiku and 1 more. The first is expected back at 14:00.',
  ]);
});

test('a model with another account, one that was paused, and one that is gone are no news', () => {
  const told: string[] = [];
  const show = lastAccountNotices(
    [model('a', server('ready'), server('ready')), model('b', server('ready')), model('c', server('ready'))],
    now,
    ({ title }) => told.push(title),
  );
  show([model('a', server('cooling'), server('ready')), model('b', server('paused'))]);
  expect(told).toEqual([]);
  show([model('a', server('cooling'), server('needs-sign-in')), model('b', server('ready'))]);
  expect(told).toEqual(['No account can serve a now']);
});

const taken = (port: number, holder?: string) => {
  const problem = { code: 'port_taken', message: '', fix: '', port, nextFreePort: 8318, ...(holder ? { holder } : {}) };
  return appState({ gateway: gatewayState({ status: 'failed', problem }) });
};

test('a taken port is told of once for each time it happens', () => {
  const told: string[] = [];
  const show = portNotices(({ title, body }) => told.push(`${title}. ${body}`));
  for (const state of [taken(8317, 'nginx'), taken(8317), appState(), taken(8317)]) show(state);
  expect(told).toEqual([
    'Port 8317 is taken by nginx. Fusebox cannot serve there. Port 8318 is free.',
    'Port 8317 is taken by another program. Fusebox cannot serve there. Port 8318 is free.',
  ]);
});

function fakeDesktop() {
  const shown: DesktopNotice[] = [];
  const led: RevealTarget[] = [];
  const off = new Set<NoticeKind>();
  const list = { models: [model('opus', server('ready'))], made: 0 };
  const show = desktopNotices({
    first: appState({ accounts: [accountView()] }),
    now,
    models() {
      list.made++;
      return list.models;
    },
    wants: (kind) => !off.has(kind),
    notify: (notice) => shown.push(notice),
    reveal: (target) => led.push(target),
  });
  return { shown, led, off, list, show };
}

const signedOut = accountView({ status: 'needs-sign-in' });

test('each kind leads to its place', () => {
  const { shown, led, list, show } = fakeDesktop();
  const { amp } = appState();
  list.models = [model('opus', server('cooling'))];
  show({
    ...taken(8317),
    accounts: [{ ...signedOut, windows: [quota(0.95)] }],
    amp: { ...amp, creditFirstUsedAt: noon },
  });
  for (const { onClick } of shown) onClick?.();
  expect(led).toEqual([
    { account: signedOut.id },
    { account: signedOut.id },
    { page: 'activity' },
    { page: 'panel' },
    { page: 'models' },
  ]);
});

test('what happens while a switch is off is not told of when it is on again', () => {
  const { shown, off, show } = fakeDesktop();
  off.add('needs-sign-in');
  show(appState({ accounts: [signedOut] }));
  off.clear();
  show(appState({ accounts: [signedOut] }));
  expect(shown).toEqual([]);
});

test('a request that comes or goes makes no list of models', () => {
  const { list, show } = fakeDesktop();
  show(appState({ accounts: [accountView({ status: 'serving', serving: 2 })] }));
  expect(list.made).toBe(1);
});

test('addresses are hidden when their owner wants that, and still lead to the account', () => {
  const { shown, led, show } = fakeDesktop();
  show(appState({ hideEmails: true, accounts: [signedOut] }));
  expect(shown.map(({ title }) => title)).toEqual(['y•••@e•••.com needs a new sign-in']);
  shown[0]?.onClick?.();
  expect(led).toEqual([{ account: signedOut.id }]);
});
