import { z } from 'zod';
import type { AccountView } from '../../../../preload/contract.ts';
import { callSchemas } from '../../../../preload/contract.ts';
import type { AccountCalls } from '../account-routes.ts';
import { NotKnown } from '../arguments.ts';
import { type Handlers, type Route, type RouteSpec, routesOf } from '../route.ts';

const group = 'CLIProxyAPI';
const saved = { status: 200, about: '`{"status": "ok"}`' } as const;
const ok = { status: 'ok' };
const name = z.string().min(1).max(300);
const update = callSchemas['account.update'];

const specs = {
  list: {
    ...{ method: 'GET', path: '/auth-files', group, summary: 'The accounts, as CLIProxyAPI lists credential files' },
    answer: { status: 200, about: '`{"files": […]}`; name is the id of the account, and there is no file to download' },
  },
  status: {
    ...{ method: 'PATCH', path: '/auth-files/status', group, summary: 'Pauses or resumes an account' },
    body: z.strictObject({ name, disabled: z.boolean() }),
    answer: { status: 200, about: '`{"status": "ok", "disabled": …}`' },
  },
  fields: {
    ...{
      method: 'PATCH',
      path: '/auth-files/fields',
      group,
      summary: 'Changes priority, prefix or proxy of an account',
    },
    body: z.strictObject({
      name,
      priority: update.shape.priority,
      prefix: update.shape.prefix.or(z.literal('')),
      proxy_url: update.shape.proxyUrl.or(z.literal('')),
    }),
    answer: saved,
  },
  remove: {
    ...{ method: 'DELETE', path: '/auth-files', group, summary: 'Removes the account that is named' },
    query: z.strictObject({ name }),
    answer: saved,
  },
} as const satisfies Record<string, RouteSpec>;

export function cliproxyAccountRoutes(calls: AccountCalls): Route[] {
  const known = (id: string): string => {
    if (calls.state().accounts.some((account) => account.id === id)) return id;
    throw new NotKnown('There is no such account');
  };
  const handlers: Handlers<typeof specs> = {
    list: () => ({ files: calls.state().accounts.map(fileOf) }),
    async status({ body }) {
      await calls.pauseAccount(known(body.name), body.disabled);
      return { ...ok, disabled: body.disabled };
    },
    async fields({ body: { name: id, priority, prefix, proxy_url: proxyUrl } }) {
      await calls.updateAccount(known(id), {
        ...(priority === undefined ? {} : { priority }),
        ...(prefix === undefined ? {} : { prefix: prefix || null }),
        ...(proxyUrl === undefined ? {} : { proxyUrl: proxyUrl || null }),
      });
      return ok;
    },
    async remove({ query }) {
      await calls.removeAccount(known(query.name));
      return ok;
    },
  };
  return routesOf(specs, handlers);
}

/** CLIProxyAPI's names of providers where they are not ours. */
const otherNames: Record<string, string> = { chatgpt: 'codex' };

function fileOf(account: AccountView): object {
  const provider = otherNames[account.provider] ?? account.provider;
  const disabled = account.status === 'paused';
  const isOut = account.status === 'needs-sign-in' || account.status === 'cooling';
  const [cooldown] = account.cooldowns;
  return {
    id: account.id,
    auth_index: account.id,
    name: account.id,
    type: provider,
    provider,
    label: account.label,
    status: disabled ? 'disabled' : isOut ? 'error' : 'active',
    status_message: account.reason ?? cooldown?.reason ?? '',
    disabled,
    unavailable: isOut,
    ...(isOut && cooldown ? { next_retry_after: new Date(cooldown.until).toISOString() } : {}),
    runtime_only: true,
    source: 'memory',
    ...(account.label.includes('@') ? { email: account.label } : {}),
    account_type: account.kind === 'oauth' ? 'oauth' : 'api_key',
    account: account.label,
    priority: account.priority,
    ...(account.prefix ? { prefix: account.prefix } : {}),
  };
}
