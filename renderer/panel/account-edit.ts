import type { AccountView, CallArgument } from '../../preload/contract.ts';

/** The editor's fields as they are typed. */
export interface AccountEdit {
  label: string;
  priority: string;
  stopAt: string;
  prefix: string;
  proxy: string;
}

export type AccountPatch = Omit<CallArgument<'account.update'>, 'id'>;

export function editOf({ label, priority, stopAt, prefix = '', proxy = '' }: AccountView): AccountEdit {
  return { label, priority: String(priority), stopAt: stopAt === undefined ? '' : String(stopAt), prefix, proxy };
}

/** The fields whose value the engine would not take: the rules of `account.update` in preload/contract.ts. */
export function wrongFields(edit: AccountEdit): (keyof AccountEdit)[] {
  const { label, priority, stopAt, prefix, proxy } = trimmed(edit);
  const rules: Record<keyof AccountEdit, boolean> = {
    label: label.length >= 1 && label.length <= 200,
    priority: /^-?\d{1,4}$/.test(priority) && Math.abs(Number(priority)) <= 1000,
    stopAt: /^(|[1-9]\d?|100)$/.test(stopAt),
    prefix: prefix === '' || /^[\w.-]{1,60}$/.test(prefix),
    proxy: proxy === '' || (proxy.length <= 2000 && /^(direct|none|(https?|socks5h?):\/\/.+)$/.test(proxy)),
  };
  return fieldNames.filter((name) => !rules[name]);
}

const fieldNames = ['label', 'priority', 'stopAt', 'prefix', 'proxy'] as const;

/**
 * Only what was changed. A proxy's password is not shown and so not known here: an address that was left alone must not
 * be sent back without it.
 */
export function patchOf(account: AccountView, edit: AccountEdit): AccountPatch {
  const [before, after] = [editOf(account), trimmed(edit)];
  return {
    ...(after.label === before.label ? {} : { label: after.label }),
    ...(after.priority === before.priority ? {} : { priority: Number(after.priority) }),
    ...(after.stopAt === before.stopAt ? {} : { stopAt: after.stopAt === '' ? null : Number(after.stopAt) }),
    ...(after.prefix === before.prefix ? {} : { prefix: after.prefix || null }),
    ...(after.proxy === before.proxy ? {} : { proxyUrl: after.proxy || null }),
  };
}

function trimmed(edit: AccountEdit): AccountEdit {
  const { label, priority, stopAt, prefix, proxy } = edit;
  return {
    label: label.trim(),
    priority: priority.trim(),
    stopAt: stopAt.trim(),
    prefix: prefix.trim(),
    proxy: proxy.trim(),
  };
}
