import type { AccountView } from '../../preload/contract.ts';
import { outcomeOf } from '../../preload/outcome.ts';
import { viewOf } from '../engine/engine-state.ts';
import type { RequestRecord } from '../journal/record.ts';
import { leftText, standingText } from './account-text.ts';
import { deleteJson, findRunning, getJson, postJson } from './instance-client.ts';
import { dataDirOf, type PlaceOptions } from './place.ts';
import { openStandalone } from './standalone.ts';
import { visible } from './terminal-text.ts';
import { textTable } from './text-table.ts';

export type AccountAction = 'list' | 'test' | 'pause' | 'resume' | 'reset' | 'remove';

/** The accounts of the running instance, or of the vault when none runs. Every call rejects in words for people. */
interface AccountPort {
  list(): Promise<AccountView[]>;
  pause(id: string, paused: boolean): Promise<unknown>;
  /** Sends one tiny request through it. */
  test(id: string): Promise<RequestRecord>;
  /** Ends its cooldowns. */
  reset(id: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Lists accounts, or changes the one that `which` names by id, label or e-mail. Resolves with the exit code. */
export async function accounts(
  action: AccountAction,
  which: string | undefined,
  options: PlaceOptions & { json?: boolean },
  version: string,
): Promise<number> {
  let port: AccountPort | undefined;
  try {
    port = await openPort(options, version);
    const all = await port.list();
    if (action === 'list') print(all, options.json ?? false);
    else if (action === 'test') return await test(port, find(all, which), options.json ?? false);
    else print([await change(port, action, find(all, which))], options.json ?? false, done[action]);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'That did not work.');
    return 1;
  } finally {
    await port?.close();
  }
}

const done = { pause: 'Paused', resume: 'Resumed', reset: 'Reset', remove: 'Removed' };

async function openPort(options: PlaceOptions, version: string): Promise<AccountPort> {
  const running = await findRunning(dataDirOf(options));
  if (!running) return vaultPort(options, version);
  const at = (id: string, action = '') => `/accounts/${encodeURIComponent(id)}${action}`;
  return {
    list: async () => (await getJson(running, '/accounts')) as AccountView[],
    pause: (id, paused) => postJson(running, at(id, '/pause'), { paused }),
    test: async (id) => (await postJson(running, at(id, '/test'), {})) as RequestRecord,
    reset: (id) => postJson(running, at(id, '/reset'), {}),
    remove: (id) => deleteJson(running, at(id)),
    close: async () => {},
  };
}

async function vaultPort(options: PlaceOptions, version: string): Promise<AccountPort> {
  const { store, providerOf, close } = await openStandalone(options, version);
  return {
    list: async () => store.list().map((account) => viewOf(account, undefined, providerOf(account))),
    async pause(id, paused) {
      if (store.get(id)?.source === 'settings')
        throw new Error('This account comes from the settings file; it can be paused only while Fusebox runs.');
      await store.update(id, { paused });
    },
    test: async () => {
      throw new Error('Fusebox is not running: start it, and test the account then.');
    },
    reset: async () => {
      throw new Error('Fusebox is not running: cooldowns are known to the running gateway only.');
    },
    remove: (id) => store.remove(id),
    close,
  };
}

/** Ends with 1 where the account did not answer. */
async function test(port: AccountPort, { id, providerLabel, label }: AccountView, json: boolean): Promise<number> {
  const record = await port.test(id);
  const isServed = outcomeOf(record) === 'served';
  if (json) console.log(JSON.stringify(record, null, 2));
  else console.log(visible(`${providerLabel} account ${label}: ${isServed ? answered(record) : failed(record)}`));
  return isServed ? 0 : 1;
}

function answered({ modelServed, totalMs }: RequestRecord): string {
  return `answered in ${totalMs} ms with ${modelServed}`;
}

function failed({ status, attempts }: RequestRecord): string {
  if (status === 499) return 'gave no answer in time';
  return attempts.at(-1)?.outcome ?? `failed with status ${status}`;
}

/** Throws unless exactly one account is meant. */
function find(all: readonly AccountView[], which: string | undefined): AccountView {
  if (which === undefined) throw new Error('Name the account: its id or label, as fusebox accounts shows them.');
  const named = all.filter(({ id }) => id === which);
  const labelled = all.filter(({ label }) => label.toLowerCase() === which.toLowerCase());
  const [found, other] = named.length > 0 ? named : labelled;
  if (!found) throw new Error(`There is no account ${which}.`);
  if (other)
    throw new Error(`Several accounts are called ${which}. Use an id: ${labelled.map(({ id }) => id).join(', ')}`);
  return found;
}

async function change(port: AccountPort, action: Exclude<AccountAction, 'list' | 'test'>, account: AccountView) {
  if (action === 'remove') {
    await port.remove(account.id);
    return account;
  }
  if (action === 'reset') await port.reset(account.id);
  else await port.pause(account.id, action === 'pause');
  return (await port.list()).find(({ id }) => id === account.id) ?? account;
}

function print(list: readonly AccountView[], json: boolean, what = ''): void {
  if (json) console.log(JSON.stringify(list, null, 2));
  else if (what !== '')
    for (const { providerLabel, label } of list) console.log(visible(`${what} ${providerLabel} account ${label}`));
  else if (list.length === 0) console.log('There are no accounts yet. Add one with: fusebox login <provider>');
  else console.log(accountTable(list, Date.now(), process.stdout.columns).join('\n'));
}

function accountTable(list: readonly AccountView[], now: number, width: number | undefined): string[] {
  const rows = list.map((account) => [
    account.providerLabel,
    account.label,
    standingText(account, now),
    leftText(account, now) ?? '-',
    account.id,
  ]);
  return textTable([['Provider', 'Account', 'State', 'Left', 'Id'], ...rows], { width });
}
